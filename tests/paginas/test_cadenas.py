"""Los programas de la guía cumplen las reglas que la guía enseña.

Se leen con `ast`, sin ejecutarlos: cada future acaba en algo que ve su fallo, cada `merge`
dice cuántas filas espera y ningún programa esconde en su código de salida que falló.
"""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import chain

import pytest

from motor.rutas import SNIPPETS

ENVIAR = {"submit", "map"}
MIRAR = {"result", "as_completed"}
# Los programas que no cumplen cada regla, y por qué: ni uno más, ni uno menos.
SIN_FINAL = {
    "tutorial/dependencias/fallo_silencioso.py": "enseña qué pasa si nadie mira el future",
}
SIN_VALIDATE: dict[str, str] = {}
SALEN_BIEN = {
    "escala/hilos-y-procesos/en_asincrono.py": "falla a propósito, y se mira su log",
    "escala/hilos-y-procesos/enviar_conexion.py": "falla a propósito, y se mira su log",
    "tutorial/estados-y-resultados/releer.py": "sus flows no fallan; lee sus estados",
    "produccion/avisos/informe_del_dia.py": "el segundo día falla para que llegue su aviso",
    "produccion/avisos/informe_mensual.py": "agota su tiempo para que llegue su aviso",
    "produccion/parar/limite_async.py": "agota su tiempo, y se mira qué sigue después",
    "produccion/parar/limite_en_hilo.py": "agota su tiempo, y se mira qué sigue después",
}


@cache
def programas() -> dict[str, ast.Module]:
    """Los programas de la guía, sin sus pruebas, por su ruta en snippets/."""
    rutas = (r for r in SNIPPETS.rglob("*.py") if not r.stem.startswith("test_"))
    return {
        r.relative_to(SNIPPETS).as_posix(): leer(r.read_text("utf-8")) for r in rutas
    }


def leer(texto: str) -> ast.Module:
    """Un programa, con el padre de cada nodo apuntado en el propio nodo."""
    raiz = ast.parse(texto)
    for padre in ast.walk(raiz):
        for hijo in ast.iter_child_nodes(padre):
            hijo.padre = padre
    return raiz


def llamadas(raiz: ast.AST, *metodos: str) -> Iterator[ast.Call]:
    """Las llamadas a métodos con alguno de esos nombres."""
    for nodo in ast.walk(raiz):
        match nodo:
            case ast.Call(func=ast.Attribute(attr=metodo)) if metodo in metodos:
                yield nodo


def tasks(raiz: ast.Module) -> set[str]:
    """Los nombres de las tasks de un programa y de lo que importa de otros."""
    propias = {
        nodo.name
        for nodo in ast.walk(raiz)
        if isinstance(nodo, ast.FunctionDef | ast.AsyncFunctionDef)
        and any("task" in ast.unparse(d).partition("(")[0] for d in nodo.decorator_list)
    }
    importadas = (n for n in ast.walk(raiz) if isinstance(n, ast.ImportFrom))
    return propias | {alias.name for n in importadas for alias in n.names}


def envios(raiz: ast.Module) -> list[ast.Call]:
    """Las llamadas que crean futures: `tarea.submit(…)` y `tarea.map(…)`."""
    conocidas = tasks(raiz)
    return [
        llamada
        for llamada in llamadas(raiz, *ENVIAR)
        if set(nombres(llamada.func.value)) & conocidas
    ]


def nombres(nodo: ast.AST) -> Iterator[str]:
    return (n.id for n in ast.walk(nodo) if isinstance(n, ast.Name))


def se_mira(nodo: ast.AST, raiz: ast.Module) -> bool:
    """Si un fallo de un future hará fallar a quien lo tiene.

    Args:
        nodo: la expresión que lo crea o lo nombra.
        raiz: el programa.
    """
    padre = nodo.padre
    if isinstance(padre, ast.Return):
        return True
    if isinstance(padre, ast.Attribute):
        return padre.attr in MIRAR
    if isinstance(padre, ast.Call):
        return quien_lo_recibe_lo_mira(padre, raiz)
    if isinstance(padre, ast.Assign):
        return any(se_mira(uso, raiz) for uso in usos(padre.targets, nodo, raiz))
    if isinstance(padre, ast.For | ast.comprehension) and padre.iter is nodo:
        return any(se_mira(uso, raiz) for uso in usos([padre.target], nodo, raiz))
    if isinstance(padre, ast.expr | ast.keyword):  # en una lista, en `wait_for=`…
        return se_mira(padre, raiz)
    return False


def quien_lo_recibe_lo_mira(llamada: ast.Call, raiz: ast.Module) -> bool:
    """Si una llamada que recibe un future falla cuando falla él."""
    if llamada in envios(raiz):
        return se_mira(llamada, raiz)
    if isinstance(llamada.func, ast.Name):  # `allow_failure` y `wait` no lo hacen
        if llamada.func.id in MIRAR:
            return se_mira(llamada, raiz)
        return llamada.func.id in tasks(raiz) - {"allow_failure", "wait"}
    return False


def usos(objetivos: list[ast.expr], desde: ast.AST, raiz: ast.Module) -> list[ast.Name]:
    """Dónde se lee después, en la misma función, lo que se acaba de nombrar."""
    donde = desde
    while not isinstance(donde, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
        donde = donde.padre
    llamados = set(chain.from_iterable(map(nombres, objetivos)))
    return [
        nodo
        for nodo in ast.walk(donde)
        if isinstance(nodo, ast.Name)
        and isinstance(nodo.ctx, ast.Load)
        and nodo.id in llamados
    ]


def test_cada_cadena_acaba_en_result_o_en_return() -> None:
    assert set(SIN_FINAL) == {
        nombre
        for nombre, raiz in programas().items()
        if not all(se_mira(envio, raiz) for envio in envios(raiz))
    }


def test_cada_merge_dice_cuantas_filas_espera() -> None:
    assert set(SIN_VALIDATE) == {
        nombre
        for nombre, raiz in programas().items()
        for llamada in llamadas(raiz, "merge")
        if "validate" not in {clave.arg for clave in llamada.keywords}
    }


def test_un_flow_que_falla_sale_con_error() -> None:
    """Con `return_state=True`, el error ya no sale solo: hay que salir con `sys.exit`."""
    principales = {
        nombre: "\n".join(
            ast.unparse(n) for n in raiz.body if "__main__" in ast.unparse(n)
        )
        for nombre, raiz in programas().items()
    }
    assert set(SALEN_BIEN) == {
        nombre
        for nombre, escrito in principales.items()
        if "return_state=True" in escrito and "sys.exit(" not in escrito
    }


@pytest.mark.parametrize(
    ("cuerpo", "se_ve"),
    [
        ("a.submit()", False),
        ("a.submit().wait()", False),
        ("a.submit().result()", True),
        ("return a.submit()", True),
        ("return [a.submit(n) for n in lista]", True),
        ("f = a.submit()", False),
        ("f = a.submit(); f.wait()", False),
        ("f = a.submit(); return f", True),
        ("f = a.submit(); b.submit(f)", False),
        ("f = a.submit(); b.submit(f).result()", True),
        ("f = a.submit(); b.submit(1, wait_for=[f]).result()", True),
        ("f = a.submit(); b.submit(allow_failure(f)).result()", False),
        ("f = a.submit(); b(f)", True),
        ("print(a.submit())", False),
        ("wait([a.submit(n) for n in lista])", False),
        ("fs = a.map(lista); wait(fs)", False),
        ("fs = a.map(lista); return fs.result()", True),
        ("fs = [a.submit(n) for n in lista]\n    for f in fs: f.result()", True),
        ("fs = a.map(lista)\n    for f in as_completed(fs): f.result()", True),
        ("fs = a.map(lista); return [f.result() for f in fs]", True),
    ],
)
def test_se_reconoce_una_cadena_sin_final(cuerpo: str, se_ve: bool) -> None:
    raiz = leer(
        f"from x import a, b, wait, allow_failure, as_completed\ndef f():\n    {cuerpo}"
    )
    assert all(se_mira(envio, raiz) for envio in envios(raiz)) is se_ve
