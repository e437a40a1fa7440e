"""Lo que se sabe de Prefect por dentro está en un solo módulo, y nada de él sobra."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from motor import prefect_por_dentro as por_dentro
from motor.rutas import RAIZ

MODULO = RAIZ / "motor" / "prefect_por_dentro.py"
AQUI = Path(__file__).parent
CONTRATO = (AQUI / "test_prefect_por_dentro.py", AQUI / "por_dentro" / "frio.py")
NUESTRO = ("motor", "calificador", "verificador")
# No empiezan por «_», pero tampoco son para nadie de fuera.
TAMBIEN_PRIVADOS = {"GLOBAL_SETTINGS_CONTEXT", "DEFAULT_PREFECT_HOME", "setup_logging"}
LARGO = 12  # letras: un texto más corto puede estar en otro sitio y decir otra cosa
# Lo que empieza por PREFECT__ no es un ajuste: es lo que un worker le dice a una ejecución.
AJUSTE = re.compile(r"\bPREFECT_(?!_)[A-Z_]*[A-Z]\b(?!_)")


@cache
def arbol(archivo: Path) -> ast.Module:
    return ast.parse(archivo.read_text("utf-8"))


@cache
def archivos() -> list[Path]:
    """Los programas nuestros, menos el módulo de los hechos."""
    todos = (ruta for carpeta in NUESTRO for ruta in (RAIZ / carpeta).rglob("*.py"))
    return sorted(ruta for ruta in todos if ruta != MODULO)


@cache
def textos(archivo: Path) -> set[str]:
    """Las cadenas de un programa, también los trozos fijos de las que llevan huecos."""
    nodos = (n for n in ast.walk(arbol(archivo)) if isinstance(n, ast.Constant))
    return {nodo.value for nodo in nodos if isinstance(nodo.value, str)}


# Lo que está en el módulo se usa y se comprueba.


def publicos() -> set[str]:
    """Los nombres que define el módulo de los hechos, con los de sus clases."""
    nombres = set()
    for nodo in arbol(MODULO).body:
        if isinstance(nodo, ast.FunctionDef | ast.ClassDef):
            nombres.add(nodo.name)
        elif isinstance(nodo, ast.Assign):
            nombres |= {d.id for d in nodo.targets if isinstance(d, ast.Name)}
    return nombres | {f"Estado.{estado.name}" for estado in por_dentro.Estado}


@cache
def usados(archivo: Path) -> set[str]:
    """Los nombres del módulo de los hechos que usa un programa."""
    importados, usados = set(), set()
    for nodo in ast.walk(arbol(archivo)):
        if (
            isinstance(nodo, ast.ImportFrom)
            and nodo.module == "motor.prefect_por_dentro"
        ):
            importados |= {alias.name for alias in nodo.names}
        elif isinstance(nodo, ast.Attribute) and isinstance(nodo.value, ast.Name):
            if nodo.value.id == "por_dentro":
                usados.add(nodo.attr)
            elif nodo.value.id == "Estado":
                usados.add(f"Estado.{nodo.attr}")
    return importados | usados


def explicaciones() -> dict[str, str]:
    """De cada nombre, el comentario que tiene encima, él o su grupo; o su docstring."""
    lineas = MODULO.read_text("utf-8").splitlines()
    dichas, ultima = {}, ""
    for nodo in arbol(MODULO).body:
        if isinstance(nodo, ast.FunctionDef | ast.ClassDef):
            dichas[nodo.name] = " ".join(ast.get_docstring(nodo).split())
        elif isinstance(nodo, ast.Assign):
            encima = []
            while (linea := lineas[nodo.lineno - 2 - len(encima)]).startswith("#"):
                encima.insert(0, linea.lstrip("# "))
            ultima = " ".join(encima) or ultima
            dichas |= {d.id: ultima for d in nodo.targets}
    return dichas


@pytest.mark.parametrize("nombre", sorted(publicos()))
def test_cada_hecho_lo_usa_alguien(nombre: str) -> None:
    de_pruebas = (RAIZ / "tests" / "paginas").glob("test_*.py")
    quienes = [ruta for ruta in [*archivos(), *de_pruebas] if nombre in usados(ruta)]
    assert quienes, f"{MODULO.name} dice «{nombre}» y nadie lo usa: bórralo"


@pytest.mark.parametrize("nombre", sorted(n for n in publicos() if "." not in n))
def test_cada_hecho_tiene_su_prueba(nombre: str) -> None:
    probados = set().union(*map(usados, CONTRATO))
    assert nombre in probados, f"«{nombre}» no está en ninguna prueba"


@pytest.mark.parametrize(("nombre", "explicacion"), explicaciones().items())
def test_cada_hecho_dice_su_fuente(nombre: str, explicacion: str) -> None:
    assert "Fuente: " in explicacion, f"«{nombre}» no dice de dónde sale"
    paquetes = Path(find_spec("prefect").origin).parents[1]
    fuentes = re.findall(r"prefect/[\w./*-]*[\w/]", explicacion)
    assert fuentes
    assert not [fuente for fuente in fuentes if not list(paquetes.glob(fuente))]


# Lo que está en el módulo no está en ningún otro sitio.


def intimidades(programa: ast.Module) -> Iterator[str]:
    """Lo privado de Prefect que un programa nombra."""
    suyos = nombres_de_prefect(programa)
    for nodo in ast.walk(programa):
        if isinstance(nodo, ast.Import):
            yield from (a.name for a in nodo.names if es_intimo(a.name))
        elif isinstance(nodo, ast.ImportFrom) and es_de_prefect(nodo.module or ""):
            caminos = (f"{nodo.module}.{alias.name}" for alias in nodo.names)
            yield from filter(es_intimo, caminos)
        elif isinstance(nodo, ast.Attribute):
            camino = ast.unparse(nodo)
            if camino.partition(".")[0] in suyos and es_privado(nodo.attr):
                yield camino
        elif isinstance(nodo, ast.Constant) and isinstance(nodo.value, str):
            yield from filter(
                es_intimo, re.findall(r"prefect\w*(?:\.\w+)+", nodo.value)
            )


def nombres_de_prefect(programa: ast.Module) -> set[str]:
    """Cómo llama un programa a lo que importa de Prefect."""
    nombres = {"prefect"}
    for nodo in ast.walk(programa):
        if isinstance(nodo, ast.Import):
            alias = [a for a in nodo.names if es_de_prefect(a.name)]
            nombres |= {(a.asname or a.name).partition(".")[0] for a in alias}
        elif isinstance(nodo, ast.ImportFrom) and es_de_prefect(nodo.module or ""):
            nombres |= {a.asname or a.name for a in nodo.names}
    return nombres


def es_de_prefect(camino: str) -> bool:
    return bool(re.match(r"prefect(_aws|_sqlalchemy)?(\.|$)", camino))


def es_intimo(camino: str) -> bool:
    return es_de_prefect(camino) and any(map(es_privado, camino.split(".")))


def es_privado(nombre: str) -> bool:
    dentro = nombre.startswith("_") and not nombre.startswith("__")
    return dentro or nombre in TAMBIEN_PRIVADOS


@pytest.mark.parametrize("archivo", archivos(), ids=lambda a: str(a.relative_to(RAIZ)))
def test_nadie_mas_toca_lo_privado_de_prefect(archivo: Path) -> None:
    vistas = list(intimidades(arbol(archivo)))
    assert not vistas, (
        f"{archivo.name}: llévalo a {MODULO.name} con su prueba: {vistas}"
    )


@pytest.mark.parametrize(
    "programa",
    [
        "import prefect\nprefect._public_api",
        "import prefect.context\nprefect.context.GLOBAL_SETTINGS_CONTEXT = 1",
        "import prefect.context as c\ndel c.GLOBAL_SETTINGS_CONTEXT",
        "from prefect.cli._app import _app",
        "from prefect.cli import _app as orden",
        "from prefect._internal import analytics",
        "from prefect.logging import configuration\nconfiguration.setup_logging = print",
        "from prefect import flow as f\nf._x()",
        "import prefect_aws as nube\nnube.s3._x",
        "import importlib\nimportlib.import_module('prefect._internal.analytics')",
    ],
)
def test_lo_privado_se_descubre(programa: str) -> None:
    assert list(intimidades(ast.parse(programa)))


@pytest.mark.parametrize(
    "programa",
    [
        "import prefect\nprefect.__version__",
        "from prefect.client.orchestration import SyncPrefectClient\nself._cliente = 1",
        "from motor import prefect_por_dentro\nprefect_por_dentro.Estado",
        "import os\nos._exit(0)",
    ],
)
def test_lo_demas_no_se_confunde_con_lo_privado(programa: str) -> None:
    assert not list(intimidades(ast.parse(programa)))


def del_modulo() -> list[str]:
    """Los textos largos que son un hecho, o parte de él."""
    valores = (vars(por_dentro)[n] for n in publicos() if n.isupper())
    return sorted(v for v in valores if isinstance(v, str) and len(v) >= LARGO)


@pytest.mark.parametrize("texto", del_modulo())
def test_nadie_mas_escribe_ese_texto(texto: str) -> None:
    repiten = [a.name for a in archivos() if any(texto in t for t in textos(a))]
    assert not repiten, f"«{texto}» tiene nombre en {MODULO.name}: {repiten}"


def test_cada_ajuste_que_se_nombra_existe() -> None:
    """Son públicos, pero uno que ya no existe no da ningún error: no hace nada."""
    from prefect import settings

    nombrados = {
        ajuste
        for archivo in [*archivos(), MODULO]
        for texto in textos(archivo)
        for ajuste in AJUSTE.findall(texto)
    }
    assert "PREFECT_API_URL" in nombrados
    assert not {ajuste for ajuste in nombrados if not hasattr(settings, ajuste)}
