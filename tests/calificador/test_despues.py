"""Lo que recibe quien aprueba: lo que ejecutó, dibujado, y en qué se diferencia de la solución."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from uuid import uuid4

import pytest
from entregas_de_prueba import RESPUESTAS, entregar, por_nombre, respuestas
from prefect import Flow, Task, flow, task
from rich.console import Console

from calificador.comparacion import diferencias
from calificador.comprobaciones.comun import a_la_vez
from calificador.correccion import corregir
from calificador.despues import arbol, mostrar_dibujo, mostrar_solucion, ofrecer
from calificador.dibujo import FILAS, Papel, dibujar
from calificador.ejercicios import Ejercicio, buscar
from calificador.matices import EFECTOS, matices
from calificador.servicio import Servicio
from calificador.veredicto import Correccion, Punto
from motor.ejecuciones import Flujo, Tarea, Tramo
from motor.rutas import RAIZ

CINCO = buscar("5")
JUICIOS = ("mal", "error", "incorrect", "mejor", "peor", "deberías", "falta")
Corregir = Callable[[Ejercicio, Path], Correccion]


@pytest.fixture
def corregir_esto(tmp_path: Path, servicio: Servicio) -> Corregir:
    """Corrige de verdad la respuesta a un ejercicio."""

    def corregir_respuesta(ejercicio: Ejercicio, respuesta: Path) -> Correccion:
        entregar(tmp_path, ejercicio, respuesta)
        return corregir(ejercicio, tmp_path, servicio)

    return corregir_respuesta


def leer(carpeta: Path, ejercicio: Ejercicio, respuesta: Path) -> ast.Module:
    """El árbol de una respuesta."""
    entregar(carpeta, ejercicio, respuesta)
    return arbol((carpeta / ejercicio.archivo).read_bytes())


def dicho(mostrar: Callable, correccion: Correccion, ancho: int = 80) -> str:
    """Lo que se lee en una terminal sin colores."""
    consola = Console(file=StringIO(), width=ancho, highlight=False)
    mostrar(consola, correccion)
    return consola.file.getvalue()


def aprobada(ejercicio: Ejercicio, programa: bytes) -> Correccion:
    """Como si ese programa hubiera aprobado: para lo que no depende de ejecutarlo."""
    return Correccion(ejercicio, [Punto("x", "x", bien=True)], programa=programa)


# La comparación.


@por_nombre
def test_la_solucion_es_igual_a_si_misma(ejercicio: Ejercicio) -> None:
    suya = aprobada(ejercicio, ejercicio.solucion.read_bytes())
    assert "dicen lo mismo" in dicho(mostrar_solucion, suya)
    modelo = arbol(suya.programa)
    assert not diferencias(modelo, modelo)
    assert not matices(modelo, modelo)


@por_nombre
def test_lo_que_no_cambia_nada_no_es_una_diferencia(ejercicio: Ejercicio) -> None:
    """Otras comillas y líneas, sin comentarios ni docstrings, y los `import` al revés."""
    modelo = arbol(ejercicio.solucion.read_bytes())
    primeros = [n for n in modelo.body if isinstance(n, ast.Import | ast.ImportFrom)]
    resto = [n for n in modelo.body[1:] if n not in primeros]
    suyo = ast.unparse(ast.Module([*reversed(primeros), *resto], []))
    assert suyo != ejercicio.solucion.read_text("utf-8")
    suyo = suyo.replace("\n    return ", "\n\n    # fin\n    return  ")
    assert not diferencias(arbol(suyo.encode()), modelo)


@pytest.mark.parametrize(
    ("suyo", "modelo"),
    [
        ("f(b=1, a=2)", "f(a=2, b=1)"),
        ("from p import b, a", "from p import a\nfrom p import b"),
        ("def f():\n    'Qué hace.'", "def f():\n    pass"),
    ],
)
def test_el_orden_que_no_importa_no_cuenta(suyo: str, modelo: str) -> None:
    assert not diferencias(ast.parse(suyo), ast.parse(modelo))


@pytest.mark.parametrize(
    ("suyo", "modelo"),
    [
        ("f(1, 2)", "f(2, 1)"),
        ("f(b=1, **c)", "f(**c, b=1)"),
        ("x = 1\nimport a", "import a\nx = 1"),
        ("x = 'a  b'", "x = 'a b'"),
        ("x = 1", "x = 1.0"),
        ("async def f(): ...", "def f(): ..."),
    ],
)
def test_lo_que_cambia_lo_que_hace_si_cuenta(suyo: str, modelo: str) -> None:
    cambios = diferencias(ast.parse(suyo), ast.parse(modelo))
    assert {cambio[0] for cambio in cambios} >= {"-", "+"}


@pytest.mark.parametrize(("ejercicio", "respuesta"), respuestas("bien"))
def test_otra_respuesta_ve_en_que_se_diferencia_y_nadie_la_juzga(
    ejercicio: Ejercicio, respuesta: Path, tmp_path: Path
) -> None:
    suyo = leer(tmp_path, ejercicio, respuesta)
    modelo = arbol(ejercicio.solucion.read_bytes())
    cambios = diferencias(suyo, modelo)
    assert {cambio[0] for cambio in cambios} & {"-", "+"}
    frases = " ".join(matices(suyo, modelo)).casefold().replace("'", " ")
    assert not [juicio for juicio in JUICIOS if f" {juicio}" in frases]


@pytest.mark.parametrize(
    ("numero", "respuesta", "frases"),
    [
        (
            "5",
            "variacion.diff",
            [
                "La solución llama a alguna task con .submit(); tu programa, a ninguna.",
                "Tu programa llama a alguna task con .map(); la solución, a ninguna.",
            ],
        ),
        ("6", "variacion.diff", ["Solo en tu programa: al llamar a una task, return_state=True"]),
        (
            "6",
            "con_submit.py",
            ["En @task, retry_delay_seconds vale 0.2 en la solución y [0.2, 0.2, 0.2] en tu"],
        ),
        ("7", "con_clave_propia.py", ["Solo en la solución: en @task, cache_policy=INPUTS"]),
        ("2", "con_async_y_tasks.py", ["En tu programa, algún flow es async"]),
        ("8", "con_cron_de_segundos.diff", ["Solo en tu programa: en .serve(…), cron='*"]),
        ("9", "con_una_lista.py", ["Solo la solución importa de Prefect Interval."]),
    ],
)  # fmt: skip
def test_las_diferencias_se_dicen_en_terminos_de_prefect(
    numero: str, respuesta: str, frases: list[str], tmp_path: Path
) -> None:
    ejercicio = buscar(numero)
    bien = RESPUESTAS / ejercicio.nombre / "bien"
    suyo = leer(tmp_path, ejercicio, bien / respuesta)
    dichas = "\n".join(matices(suyo, arbol(ejercicio.solucion.read_bytes())))
    for frase in frases:
        assert frase in dichas


UNO = "from prefect import flow, task\n\n\n@task(retries=3)\ndef t():\n    pass\n\n\n"
UNO += "@flow\ndef f():\n    t()\n"
DE_OTRO_MODO = UNO.replace("from prefect import flow, task", "import prefect as p")
DE_OTRO_MODO = DE_OTRO_MODO.replace("@", "@p.")


@pytest.mark.parametrize(
    ("suyo", "de_que"),
    [
        (UNO.replace("retries=3", "**opciones"), "retries"),
        (UNO.replace("@task(retries=3)\n", "") + "t = task(t, retries=3)\n", "task"),
        (UNO.replace("    t()", "    otra = t\n    otra.submit()"), "llama"),
        (UNO.replace("    t()", "    [x() for x in (t,)]"), "llama"),
        (UNO.replace("def f():", "def f(t):"), "llama"),
        (UNO.replace("@task", "task = print\n\n\n@task"), "@task"),
        (DE_OTRO_MODO, "importa"),
    ],
)  # fmt: skip
def test_de_lo_que_no_se_puede_saber_se_calla(suyo: str, de_que: str) -> None:
    otra = UNO.replace("retries=3", "retries=2").replace("    t()", "    t.submit()")
    otra = otra.replace("import flow, task", "import flow, task, unmapped")
    callado = "\n".join(matices(ast.parse(suyo), ast.parse(otra)))
    seguro = "\n".join(matices(ast.parse(UNO), ast.parse(otra)))
    assert de_que not in callado
    assert "retries" in seguro and "llama" in seguro and "importa" in seguro


def test_un_nombre_dado_sin_decir_que_lo_es_no_cuenta_como_ausente() -> None:
    sirve = UNO + 'f.serve(name="x")\n'
    assert not matices(ast.parse(UNO + 'f.serve("x")\n'), ast.parse(sirve))


def test_un_decorador_con_otro_nombre_se_reconoce() -> None:
    otro = UNO.replace("import flow, task", "import flow, task as tarea")
    otro = otro.replace("@task(retries=3)", "@tarea(retries=2)")
    assert matices(ast.parse(otro), ast.parse(UNO)) == [
        "En @task, retries vale 3 en la solución y 2 en tu programa."
    ]


def test_los_argumentos_que_se_explican_existen() -> None:
    funciones = (flow, task, Flow.serve, Flow.to_deployment, Task.submit, Task.__call__)
    existen = {p for f in funciones for p in inspect.signature(f).parameters}
    assert set(EFECTOS) <= existen


def test_un_programa_demasiado_anidado_no_rompe_nada() -> None:
    limite = sys.getrecursionlimit()
    profundo = f"x = {'+'.join(['1'] * limite * 2)}\n".encode()
    assert "demasiados" in dicho(mostrar_solucion, aprobada(CINCO, profundo))


# Antes de aprobar.


@pytest.mark.parametrize(
    ("programa", "falta"),
    [
        (None, "No encuentro «05-dependencias.py»"),
        (b"def f(:\n", "Python no entiende «05-dependencias.py» en la línea 1"),
        (b"", "está vacío"),
    ],
)
def test_sin_aprobar_no_hay_solucion(
    programa: bytes | None, falta: str, tmp_path: Path
) -> None:
    if programa is not None:
        (tmp_path / CINCO.archivo).write_bytes(programa)
    orden = [sys.executable, RAIZ / "calificador", "5", "--solucion", "--dibujo"]
    hecho = subprocess.run(
        [*orden, "--carpeta", tmp_path], capture_output=True, text=True
    )
    leido = " ".join(hecho.stdout.split())
    assert (hecho.returncode, hecho.stderr) == (1, "")
    assert falta in leido
    assert "Todavía no comparo tu programa con la solución" in leido
    assert "ejercicios/05-dependencias/#solucion" in leido
    assert "No hay nada que dibujar" in leido
    assert "submit" not in leido


def test_lo_que_aun_no_aprueba_se_dibuja_y_no_se_compara(
    corregir_esto: Corregir,
) -> None:
    en_fila = corregir_esto(CINCO, RESPUESTAS / CINCO.nombre / "mal" / "en_fila.diff")
    assert not en_fila.aprobado
    comparado = dicho(mostrar_solucion, en_fila)
    assert "Todavía no comparo" in comparado
    assert ".submit" not in comparado
    una, otra, tercera = lecturas(dicho(mostrar_dibujo, en_fila))
    assert not una & otra & tercera
    assert dicho(ofrecer, en_fila) == ""


# El dibujo.


def lecturas(dibujo: str, signo: str = "█") -> list[set[int]]:
    """Las columnas que ocupa la barra de cada task que lee."""
    filas = [linea for linea in dibujo.splitlines() if linea.startswith("  leer")]
    return [
        {i for i, letra in enumerate(f) if letra == signo} for f in filas if signo in f
    ]


def test_las_lecturas_a_la_vez_se_ven_a_la_vez(corregir_esto: Corregir) -> None:
    correccion = corregir_esto(CINCO, CINCO.solucion)
    assert correccion.aprobado
    leen = [t for t in correccion.flujos[0].tareas if t.nombre.startswith("leer")]
    assert a_la_vez(leen)
    dibujo = dicho(mostrar_dibujo, correccion)
    una, otra, tercera = lecturas(dibujo)
    assert una & otra & tercera
    assert "unir ← leer-productos, leer-usuarios, leer-ventas\n" in dibujo
    assert "resumir ← unir\n" in dibujo
    for ancho in (40, 80, 200):
        estrecho = dicho(mostrar_dibujo, correccion, ancho)
        assert max(map(len, estrecho.splitlines())) <= ancho
        assert "█" in estrecho
    assert "5 --dibujo" in dicho(ofrecer, correccion)
    assert "5 --solucion" in dicho(ofrecer, correccion)


def test_sin_todas_las_letras_se_dibuja_igual(corregir_esto: Corregir) -> None:
    correccion = corregir_esto(buscar("3"), buscar("3").solucion)
    salida = TextIOWrapper(BytesIO(), encoding="cp1252", errors="strict")
    consola = Console(file=salida, width=80, highlight=False)
    mostrar_dibujo(consola, correccion)
    salida.flush()
    dibujo = salida.buffer.getvalue().decode("cp1252")
    assert "transformar <- extraer" in dibujo
    assert "# trabaja" in dibujo


def test_los_reintentos_se_ven(corregir_esto: Corregir) -> None:
    seis = buscar("6")
    correccion = corregir_esto(seis, seis.solucion)
    assert correccion.aprobado
    dibujo = dicho(mostrar_dibujo, correccion)
    (puebla,) = (f for f in dibujo.splitlines() if f.startswith("  pedir Puebla"))
    barra = puebla.partition(" s  ")[2].strip()
    assert "Completed · 3 intentos" in puebla
    recorrido = "".join(
        a for a, b in zip(barra, f"{barra[1:]} ", strict=True) if a != b
    )
    assert recorrido == "x-x-█"
    assert "x falla" in dibujo and "- espera el reintento" in dibujo


def test_lo_que_sale_de_la_cache_se_ve(corregir_esto: Corregir) -> None:
    siete = buscar("7")
    correccion = corregir_esto(siete, siete.solucion)
    assert correccion.aprobado
    assert len(correccion.flujos) == 2  # el calificador lo ejecuta dos veces
    primera, segunda = dicho(mostrar_dibujo, correccion).split("resumen-por-tienda (2)")
    assert "░" not in primera
    assert segunda.count("Cached") == 4
    assert "░ de la caché" in segunda


def tarea(nombre: str, inicio: float, fin: float, *padres: Tarea) -> Tarea:
    return Tarea(
        uuid4(),
        nombre,
        "Completed",
        1,
        frozenset(padre.id for padre in padres),
        tramos=[Tramo("Running", inicio, fin, "Completed")],
    )


def flujo(*tareas: Tarea, fin: float = 10) -> Flujo:
    tramo = Tramo("Running", 0, fin, "Completed")
    return Flujo(uuid4(), "f", "Completed", datetime.now(UTC), [tramo], [*tareas])


def lineas(hecho: Flujo, ancho: int = 80) -> list[str]:
    return [linea.plain for linea in dibujar([hecho], Papel(ancho, bonito=True))]


def test_cada_barra_esta_donde_le_toca() -> None:
    dibujo = lineas(flujo(tarea("a", 0, 5), tarea("b", 5, 10), tarea("c", 9.99, 10)))
    a, b, c = (linea.partition(" s  ")[2] for linea in dibujo[2:5])
    assert set(a) == {"█"} and b.strip() == "█" * len(b.strip())
    assert len(a) == b.index("█")  # ni se solapan ni dejan hueco
    assert abs(len(a) - len(b.strip())) <= 1
    assert c.count("█") == 1 and len(c) == len(b)


@pytest.mark.parametrize("duracion", [0, 1e-6, 1e6])
def test_cualquier_duracion_se_puede_dibujar(duracion: float) -> None:
    dibujo = lineas(flujo(tarea("a", 0, duracion), fin=duracion))
    assert "█" in dibujo[2]
    assert max(map(len, dibujo)) <= 80


def test_de_muchas_tasks_se_dibujan_las_primeras() -> None:
    primera = tarea("a" * 60, 0, 1)
    muchas = [tarea(f"t{n}", 1, 2, primera) for n in range(FILAS * 2)]
    dibujo = lineas(flujo(primera, *muchas))
    assert f"  … y {FILAS + 2} tasks más" in dibujo
    assert len(dibujo) < FILAS * 2 + 10
    assert max(len(linea) for texto in dibujo for linea in texto.splitlines()) <= 80


def test_lo_que_solo_ordena_se_distingue() -> None:
    antes = tarea("antes", 0, 1)
    despues = Tarea(uuid4(), "después", "Completed", 1, esperas=frozenset([antes.id]))
    assert "  después ← antes (wait_for)" in lineas(flujo(antes, despues))
    sueltas = lineas(flujo(antes, tarea("otra", 0, 1)))
    assert any("no ha apuntado" in linea for linea in sueltas)
