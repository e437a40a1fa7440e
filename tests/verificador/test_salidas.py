"""Comparar salidas: se perdona lo que varía por naturaleza y nada más."""

from pathlib import Path

import prefect
import pytest

from motor.rutas import SNIPPETS
from verificador import libro, mascaras, salidas
from verificador.origen import relativa

UUID = "0f7f2b1e-9c5d-4a77-8d61-1b2c3d4e5f60"
OTRO = "1a2b3c4d-5e6f-4711-8899-aabbccddeeff"
LOG = "15:13:41.995 | INFO    | Flow run 'black-narwhal' - "
TRAZA = 'File "/home/ana/guia-prefect/.venv/lib/python3.11/site-packages/prefect/x.py"'
DE_PYTHON = 'File "/usr/lib/python3.11/concurrent/futures/_base.py"'
MIA = 'File "/home/ana/guia-prefect/05_pipelines/ejercicios/prefect/x.py"'


@pytest.mark.parametrize(
    ("esperada", "real"),
    [
        (f"{LOG}hola", "09:00:00.001 | INFO    | Flow run 'tidy-bee' - hola"),
        (
            f"{LOG}Beginning flow run 'black-narwhal' for flow 'etl'",
            "09:00:00.001 | INFO    | Flow run 'sly-ibex' - "
            "Beginning flow run 'sly-ibex' for flow 'etl'",
        ),
        (
            "15:13:41.995 | INFO    | Task run 'extraer-2a3' - Finished in state Completed()",
            "15:13:42.995 | INFO    | Task run 'extraer-fff' - Finished in state Completed()",
        ),
        (
            f"{LOG}View at http://127.0.0.1:4200/runs/flow-run/{UUID}",
            f"{LOG}View at http://127.0.0.1:4200/runs/flow-run/{OTRO}",
        ),
        (
            "15:13:41.995 | INFO    | prefect - Starting temporary server on http://127.0.0.1:8944",
            "15:13:41.995 | INFO    | prefect - Starting temporary server on http://127.0.0.1:8011",
        ),
        (f"  {TRAZA}, line 12, in f", f"  {TRAZA}, line 345, in f"),
        (f"  {TRAZA}, line 12, in f", f"  {TRAZA}, line 12, in f".replace("3.11", "3.14")),
        (f"  {DE_PYTHON}, line 2, in f", f"  {DE_PYTHON}, line 9, in f".replace("3.11", "3.14")),
        (f"  {MIA}, line 2, in f\n    1 / 0\n    ~~^~~\n", f"  {MIA}, line 2, in f\n    1 / 0\n"),
        (
            f"  {MIA}, line 2, in f\n    g(\n        x=1,\n    ...<2 lines>...\n    )\nKeyError",
            f"  {MIA}, line 2, in f\n    g(\nKeyError",
        ),
        (
            '  | Uno\n  |   File "<string>", line 1, in <module>\n  |     1 / 0\n  | Dos',
            '  | Uno\n  |   File "<string>", line 1, in <module>\n  | Dos',
        ),
        ("3 passed in 0.12s", "3 passed in 1.50s"),
        ("3 passed in 0.12s", "3 passed in 77.39s (0:01:17)"),
        ("uno\nStill processing items: 1 items remaining...\n", "uno\n"),
        (
            "uno\n",
            "uno\n15:13:41.995 | WARNING | EventsWorker - Still processing items: "
            "3 items remaining...\n",
        ),
    ],
)  # fmt: skip
def test_lo_que_varia_por_naturaleza_se_perdona(esperada: str, real: str) -> None:
    assert esperada != real
    assert not salidas.diferencia(esperada, real)
    assert not salidas.diferencia(real, esperada)


@pytest.mark.parametrize(
    ("esperada", "real"),
    [
        # Lo que imprime un programa, se parezca a lo que se parezca.
        ("Media por tienda: 99.9 s", "Media por tienda: 12.5 s"),
        ("Guardado en 'ventas-fff'", "Guardado en 'ventas-2a1'"),
        ("Sirviendo en http://127.0.0.1:9999", "Sirviendo en http://127.0.0.1:5000"),
        ("bien http://127.0.0.1:9000", "bien http://127.0.0.1:9123"),
        ("Informe\n~~~~~~~\nhola", "Informe\nhola"),
        # De una traza, todo lo demás: el código, la llamada siguiente y el error.
        (f"  {MIA}, line 2, in f\n    1 / 0", f"  {MIA}, line 2, in f\n    1 / 2"),
        (f"  {MIA}, line 2, in f\n    1 / 0\n  Fin", f"  {MIA}, line 2, in f\n    1 / 0"),
        ("  Fin\n    uno\n    dos", "  Fin\n    uno"),
        ("Informe\n^^^^^^^\nhola", "Informe\nhola"),
        ("2031-12-31 23:30:00.000000-06:00", "2026-01-01 09:00:00.000000+00:00"),
        (f"id {UUID}", f"id {OTRO}"),
        ("tidy-bee", "sly-ibex"),
        ("15:13:41.995", "15:13:41.996"),
        ("<objeto en 0x7f0000000001>", "<objeto en 0x7f0000000002>"),
        ("Python version: 3.11.7", "Python version: 3.12.1"),
        ("3 pruebas en 0.12s", "3 pruebas en 0.13s"),
        ("informe passed in 0.12s", "informe passed in 0.13s"),
        # Lo que imprime un flow con log_prints: va en el log, pero es del programa.
        (f"{LOG}Duración: 1.25 s", f"{LOG}Duración: 2.50 s"),
        (f"{LOG}http://127.0.0.1:8001", f"{LOG}http://127.0.0.1:8002"),
        (f"{LOG}id {UUID}", f"{LOG}id {OTRO}"),
        (f"{LOG}son las 10:00:00.000", f"{LOG}son las 11:00:00.000"),
        # De quién habla cada línea.
        (f"{LOG}a\n{LOG}b", f"{LOG}a\n{LOG.replace('black-narwhal', 'sly-ibex')}b"),
        (
            f"{LOG}View at http://127.0.0.1:4200/runs/flow-run/{UUID}\n" * 2,
            f"{LOG}View at http://127.0.0.1:4200/runs/flow-run/{UUID}\n"
            f"{LOG}View at http://127.0.0.1:4200/runs/flow-run/{OTRO}\n",
        ),
        # Lo que dice Prefect y no varía por naturaleza.
        (f"{LOG}hola", f"{LOG}adiós"),
        (f"{LOG}hola", LOG.replace("INFO", "WARN") + "hola"),
        (f"{LOG}hola", LOG.replace("black-narwhal", "ventas-enero") + "hola"),
        (
            "15:13:41.995 | INFO    | Task run 'extraer-2a3' - hola",
            "15:13:41.995 | INFO    | Task run 'cargar-2a3' - hola",
        ),
        (
            f"{LOG}Beginning flow run 'black-narwhal' for flow 'etl'",
            f"{LOG}Beginning flow run 'black-narwhal' for flow 'otro'",
        ),
        (
            f"{LOG}View at http://127.0.0.1:4200/runs/flow-run/{UUID}",
            f"{LOG}View at http://127.0.0.1:4201/runs/flow-run/{UUID}",
        ),
        (
            "15:13:41.995 | INFO    | prefect - Starting temporary server on http://127.0.0.1:8944",
            "15:13:41.995 | INFO    | prefect - Starting temporary server on http://127.0.0.1:4200",
        ),
        (f"  {MIA}, line 12, in f", f"  {MIA}, line 13, in f"),
        (f"  {TRAZA}, line 12, in f", f"  {TRAZA}, line 12, in g"),
        ("3 passed in 0.12s", "2 passed in 0.12s"),
        (f"{LOG}hola\n", f"{LOG}hola\n" * 2),
        ("uno\nStill processing items\n", "uno\n"),
        # Lo que se lee como dos líneas y es una: \r, y otros signos que no son un salto.
        ("uno\ndos", "uno\rdos"),
        ("uno\ndos", "uno\fdos"),
        ("uno\ndos", "uno\x85dos"),
        # Lo que no puede ser una hora.
        ("99:99:99.999 | INFO    | x - hola", "15:13:41.995 | INFO    | x - hola"),
    ],
)  # fmt: skip
def test_lo_demas_se_compara_entero(esperada: str, real: str) -> None:
    assert salidas.diferencia(esperada, real)
    assert salidas.diferencia(real, esperada)


@pytest.mark.parametrize(
    ("hueco", "una", "otra", "no"),
    [
        ("duración", "tarda 1.25 s", "tarda 0.3 s", "tarda 0.3 min"),
        ("nombre", "run tidy-bee: 3", "run sly-ibex: 3", "run ventas-enero: 3"),
        ("id", f"id {UUID}", f"id {OTRO}", "id 12"),
        ("puerto", "en http://127.0.0.1:9000", "en http://127.0.0.1:50123", "en http://10.0.0.1:9000"),
        ("puerto", "en http://127.0.0.1:9000", "en http://127.0.0.1:50123", "en http://127.0.0.1:99999"),
        ("barra", "leer  1.02 s     ███", "leer  1.02 s  ····█", "leer  1.02 s  xxxx"),
        ("fecha", "el 2026-01-01 09:00:00", "el 2027-12-31 23:59:59", "el 2026-19-99 99:99:99"),
    ],
)  # fmt: skip
def test_una_pagina_declara_lo_que_varia_en_su_programa(
    hueco: str, una: str, otra: str, no: str
) -> None:
    assert hueco in mascaras.DECLARABLES
    assert salidas.diferencia(una, otra)
    assert not salidas.diferencia(una, otra, declarados=[hueco])
    assert salidas.diferencia(una, no, declarados=[hueco])
    assert not salidas.diferencia(LOG + una, LOG + otra, declarados=[hueco])


def test_el_huso_de_una_fecha_se_compara() -> None:
    utc, otra, mexico = (
        f"2026-0{mes}-01 09:00:00.5{huso}"
        for mes, huso in ((1, "+00:00"), (2, "+00:00"), (1, "-06:00"))
    )
    assert not salidas.diferencia(utc, otra, declarados=["fecha"])
    assert salidas.diferencia(utc, mexico, declarados=["fecha"])


def test_el_orden_solo_se_perdona_si_la_pagina_lo_declara() -> None:
    assert salidas.diferencia("a\nb\n", "b\na\n")
    assert not salidas.diferencia("a\nb\n", "b\na\n", sin_orden=True)


def test_una_salida_mezclada_de_dos_ejecuciones_se_descubre() -> None:
    una = (
        f"{LOG}Beginning flow run 'black-narwhal' for flow 'etl'\n"
        f"{LOG.replace('41.995', '41.990')}hola\n"  # dos hilos
    )
    assert not salidas.incoherencias(una)
    assert salidas.incoherencias(una + LOG.replace("15:13", "15:12") + "fin")
    assert salidas.incoherencias(una + LOG.replace("black-narwhal", "sly-ibex") + "fin")
    assert not salidas.incoherencias(
        LOG.replace("15:13:41", "23:59:59")
        + "a\n"
        + LOG.replace("15:13:41", "00:00:01")
    )


@pytest.mark.parametrize(
    "salida", sorted(SNIPPETS.rglob("*.txt")), ids=lambda s: str(relativa(s))
)
def test_cada_salida_es_de_una_sola_ejecucion(salida: Path) -> None:
    assert not salidas.incoherencias(salida.read_text("utf-8"))


@pytest.fixture(scope="module")
def publicadas() -> list[str]:
    """Todas las líneas de todas las salidas, y lo que dice cada línea del log."""
    textos = [salida.read_text("utf-8") for salida in SNIPPETS.rglob("*.txt")]
    lineas = [linea for texto in textos for linea in texto.splitlines()]
    mensajes = [
        resto
        for linea in lineas
        for principio in mascaras.PRINCIPIOS
        if (partida := principio.tapar_principio(linea))
        for resto in [partida[1]]
    ]
    return lineas + mensajes


@pytest.mark.parametrize(
    "plantilla", [*mascaras.MENSAJES, *mascaras.LINEAS], ids=lambda p: p.texto
)
def test_ninguna_mascara_sobra(
    publicadas: list[str], plantilla: mascaras.Plantilla
) -> None:
    assert any(plantilla.patron.fullmatch(linea) for linea in publicadas)


def test_las_lineas_ocasionales_las_escribe_prefect() -> None:
    fuente = Path(prefect.__file__).parent
    for archivo, texto in (
        ("_internal/concurrency/services.py", "Still processing items: "),
        ("runner/_scheduled_run_poller.py", " scheduled runs skipped (at capacity)"),
        ("server/services/task_run_recorder.py", "Error flushing "),
    ):
        assert texto in (fuente / archivo).read_text("utf-8")
        assert any(texto in linea for linea in mascaras.LINEAS_OCASIONALES)


QUIEN_ANOTA = "prefect.server.services.task_run_recorder"
AL_APAGARSE = f"""\
05:00:01.000 | INFO    | prefect - Stopping temporary server on http://127.0.0.1:8000
05:00:02.000 | ERROR   | {QUIEN_ANOTA} - Error flushing 1 events (1 to retry, 0 dropped)
Traceback (most recent call last):
  File "/x/prefect/server/database/interface.py", line 1, in session_context
    yield session
asyncio.exceptions.CancelledError: Cancelled via cancel scope 7f

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/x/prefect/server/services/task_run_recorder.py", line 1, in flush
    await record_bulk_task_run_events([item.event for item in batch])
asyncio.exceptions.CancelledError: Cancelled via cancel scope 7f
"""


def test_lo_que_dice_el_servidor_temporal_al_apagarse_con_prisa_no_cuenta() -> None:
    primera, _, _ = AL_APAGARSE.partition("\n")
    assert salidas.publicable(AL_APAGARSE) == f"{primera}\n"
    assert not salidas.diferencia(primera, AL_APAGARSE)
    detras = f"{AL_APAGARSE}Total: 3\n"
    assert salidas.publicable(detras) == f"{primera}\nTotal: 3\n"
    otra = AL_APAGARSE.replace("task_run_recorder", "late_runs")
    assert salidas.diferencia(primera, otra)
    de_un_programa = "Traceback (most recent call last):\nValueError: no\n"
    assert salidas.publicable(f"{primera}\n{de_un_programa}").endswith(de_un_programa)


def test_la_pagina_enumera_todas_las_mascaras() -> None:
    actual = libro.lista_de_mascaras(libro.leer_todas())
    assert libro.MASCARAS.read_text("utf-8") == actual, "actualízalo con «make salidas»"
