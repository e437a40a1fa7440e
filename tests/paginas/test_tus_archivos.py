"""Lo que «Dónde crear tus archivos» afirma de las rutas, los nombres y los `import`."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from consultas import cambiar
from menu import PAGINAS, programas

from calificador.ejercicios import leer_catalogo
from motor.rutas import DOCS, SNIPPETS
from verificador import plugin
from verificador.pagina import leer_pagina
from verificador.terminal import Ejecucion, Terminal

# El de cada ejercicio, que el estudiante va cambiando: su página enseña cómo acaba.
DEL_ESTUDIANTE = re.compile(r"\d\d-")
PROGRAMA = "tutorial/tus-archivos/comprobar_carpeta.py"


@pytest.fixture
def carpeta(pytestconfig: pytest.Config) -> Iterator[Terminal]:
    """La carpeta del lector: aquí no hace falta ningún servidor."""
    nueva = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    yield nueva
    nueva.cerrar()


def test_mkdir_p_crea_las_intermedias_y_se_puede_repetir(carpeta: Terminal) -> None:
    orden = "mkdir -p nueva/05_pipelines/ejercicios/prefect"

    assert carpeta.ejecutar(f"{orden}\n{orden}") == Ejecucion(0, "")
    assert (carpeta.carpeta / "nueva/05_pipelines/ejercicios/prefect").is_dir()


def test_parents_sube_una_carpeta_cada_vez() -> None:
    raiz = Path("/guia-prefect")
    archivo = raiz / "05_pipelines" / "ejercicios" / "prefect" / "comprobar_carpeta.py"

    assert archivo.parents[0].name == "prefect"
    assert archivo.parents[1].name == "ejercicios"
    assert archivo.parents[2].name == "05_pipelines"
    assert archivo.parents[3] == raiz


def test_a_otra_profundidad_no_encuentra_los_datos(carpeta: Terminal) -> None:
    carpeta.guardar(PROGRAMA)

    salida = carpeta.ejecutar(
        "mv comprobar_carpeta.py ..\ncd ..\npython comprobar_carpeta.py"
    ).salida

    fuera = carpeta.raiz.parent / "data" / "ventas.csv"
    assert f"no están; los busco en {carpeta.mostrar(str(fuera))}" in salida


def test_los_programas_que_usan_los_datos_parten_de_su_propia_ruta() -> None:
    con_datos = [
        programa
        for programa in SNIPPETS.rglob("*.py")
        if '"data"' in programa.read_text("utf-8")
    ]
    assert con_datos
    for programa in con_datos:
        texto = programa.read_text("utf-8")
        assert "(__file__).resolve()" in texto
        assert ".parents[3]" in texto


def test_un_archivo_con_numero_se_ejecuta_y_no_se_importa(carpeta: Terminal) -> None:
    carpeta.guardar(PROGRAMA).rename(carpeta.carpeta / "01-primer-flow.py")

    assert carpeta.ejecutar("python 01-primer-flow.py").codigo == 0
    assert carpeta.ejecutar("python -c 'import 01-primer-flow'").codigo == 1
    assert not "01-primer-flow".isidentifier()
    assert not "1_flow".isidentifier()
    assert "primer_flow_1".isidentifier()


def test_importar_ejecuta_todo_menos_lo_que_protege_main(carpeta: Terminal) -> None:
    programa = carpeta.guardar(PROGRAMA)
    importar = "python -c 'import comprobar_carpeta as c; print(c.VENTAS.name)'"

    assert carpeta.ejecutar(importar).salida == "ventas.csv\n"

    cambiar(programa, 'if __name__ == "__main__":\n    ', "")

    assert (
        "Los datos: data/ventas.csv, en su sitio" in carpeta.ejecutar(importar).salida
    )


def guardados() -> Iterator[tuple[str, str, str]]:
    """Lo que el lector acaba teniendo en su carpeta: nombre, contenido y quién lo pide."""
    for pagina in PAGINAS:
        for nombre, codigo in programas(pagina).items():
            yield nombre, codigo, pagina.relative_to(DOCS).as_posix()
    for ejercicio in leer_catalogo():  # «calificador --empezar» los deja allí
        for nombre in ejercicio.necesita:
            archivo = ejercicio.comienzo.with_name(nombre)
            yield (
                nombre,
                archivo.read_text("utf-8"),
                f"el comienzo de {ejercicio.archivo}",
            )


def pisados(todos: Iterable[tuple[str, str, str]]) -> dict[str, set[str]]:
    """Los nombres que llevan dos contenidos distintos, y quién los pide.

    En Windows y macOS, `Central.py` y `central.py` son el mismo archivo.
    """
    contenidos, quienes = defaultdict(set), defaultdict(set)
    for nombre, contenido, quien in todos:
        if not DEL_ESTUDIANTE.match(nombre):
            contenidos[nombre.casefold()].add(contenido.strip())
            quienes[nombre.casefold()].add(quien)
    return {nombre: quienes[nombre] for nombre, c in contenidos.items() if len(c) > 1}


def test_ningun_programa_pisa_al_de_otra_pagina() -> None:
    assert not pisados(guardados())


@pytest.mark.parametrize(
    ("otro", "cuantos"),
    [
        (("central.py", "CLAVE = 1", "otra"), 1),
        (("Central.py", "CLAVE = 1", "otra"), 1),
        (("central.py", "MESES = 3\n", "otra"), 0),
        (("informes/central.py", "CLAVE = 1", "otra"), 0),
    ],
)
def test_se_nota_el_programa_que_pisa_a_otro(
    otro: tuple[str, str, str], cuantos: int
) -> None:
    assert len(pisados([("central.py", "MESES = 3", "una"), otro])) == cuantos


def test_ningun_archivo_se_publica_como_la_salida_de_una_orden() -> None:
    """Lo que es `text` lleva los colores de la terminal, y no su nombre encima."""
    como_salidas = [
        str(valla.origen)
        for pagina in PAGINAS
        for _, valla in leer_pagina(pagina).vallas
        if valla.titulo and valla.lenguaje == "text"
    ]
    assert como_salidas == []


def test_los_programas_de_la_guia_se_pueden_importar() -> None:
    """Los de las páginas, no los de los ejercicios ni los que solo definen flows."""
    for seccion in ("tutorial", "guias"):
        for programa in (SNIPPETS / seccion).rglob("*.py"):
            assert programa.stem.isidentifier()
            sueltas = [
                nodo
                for nodo in ast.parse(programa.read_text("utf-8")).body
                if isinstance(nodo, ast.Expr) and isinstance(nodo.value, ast.Call)
            ]
            assert not sueltas, f"{programa.name} hace algo al importarlo"


def test_la_carpeta_prefect_solo_estorba_con_init(carpeta: Terminal) -> None:
    codigos = [
        carpeta.ejecutar(f"{antes}\npython -c 'from prefect import flow'").codigo
        for antes in ("cd ..", "touch prefect/__init__.py", "rm prefect/__init__.py")
    ]

    assert codigos == [0, 1, 0]


@pytest.mark.parametrize(
    ("tapa", "programa"),
    [
        ("prefect.py", "from prefect import flow"),
        ("pandas.py", "import pandas; pandas.read_csv"),
    ],
)
def test_un_programa_llamado_como_una_biblioteca_la_tapa(
    carpeta: Terminal, tapa: str, programa: str
) -> None:
    (carpeta.carpeta / "otro.py").write_text(programa, "utf-8")
    assert carpeta.ejecutar("python otro.py").codigo == 0

    (carpeta.carpeta / tapa).touch()

    assert carpeta.ejecutar("python otro.py").codigo == 1
