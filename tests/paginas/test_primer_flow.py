"""Lo que docs/tutorial/primer-flow.md dice de su ETL: qué lee, qué deja y cuándo se detiene."""

import inspect
import re
from decimal import Decimal
from io import StringIO
from pathlib import Path, PurePosixPath, PureWindowsPath

import pandas as pd
import pytest
from consultas import cambiar
from ventas import (
    RESULTADO_ANTERIOR,
    cargar_modulo,
    comprobar_que_no_ha_tocado_nada,
    entrada,
    preparar,
    salida,
)

from motor.rutas import CARPETA, RAIZ, SNIPPETS
from verificador import plugin
from verificador.terminal import Terminal

PROGRAMA = "tutorial/primer-flow/etl_ventas.py"
RESISTENTE = "guias/datos-dudosos/etl_resistente.py"


def test_una_columna_de_enteros_con_huecos_se_lee_con_decimales() -> None:
    assert pd.read_csv(StringIO("a,b\n1,1\n2,2\n"))["a"].dtype == "int64"
    assert pd.read_csv(StringIO("a,b\n1,1\n,2\n"))["a"].dtype == "float64"
    assert pd.read_csv(RAIZ / "data" / "ventas.csv")["cantidad"].hasnans


def test_transformar_deja_las_ventas_validas_y_no_cambia_lo_que_recibe() -> None:
    etl_simple = cargar_modulo(SNIPPETS / "tutorial/primer-flow/etl_simple.py")
    recibidas = etl_simple.extraer.fn(RAIZ / "data" / "ventas.csv")
    copia = recibidas.copy()

    validas = etl_simple.transformar.fn(recibidas)

    pd.testing.assert_frame_equal(recibidas, copia)
    completas = recibidas["precio"].notna() & recibidas["cantidad"].notna()
    esperadas = recibidas[completas & ~recibidas.duplicated()]
    assert validas.drop(columns="total").equals(esperadas)


def test_el_parquet_no_es_texto(tmp_path: Path) -> None:
    ruta = tmp_path / "ventas.parquet"
    etl_ventas = cargar_modulo(SNIPPETS / PROGRAMA)
    etl_ventas.cargar.fn(pd.DataFrame({"precio": [1.0]}), ruta)
    with pytest.raises(UnicodeDecodeError):
        ruta.read_text("utf-8")


def test_cada_parents_sube_una_carpeta() -> None:
    programa = Path("/guia-prefect") / CARPETA / "etl_ventas.py"
    carpetas = {f"parents[{n}]": programa.parents[n].name for n in range(4)}
    assert carpetas == {
        "parents[0]": "prefect",
        "parents[1]": "ejercicios",
        "parents[2]": "05_pipelines",
        "parents[3]": "guia-prefect",
    }


def test_pathlib_pone_el_separador_de_cada_sistema() -> None:
    partes = {str(p("data") / "ventas.csv") for p in (PurePosixPath, PureWindowsPath)}
    assert partes == {"data/ventas.csv", r"data\ventas.csv"}


def test_la_primera_ejecucion_crea_la_base_de_datos_en_la_carpeta_de_prefect(
    pytestconfig: pytest.Config,
) -> None:
    taller = pytestconfig.stash[plugin.TALLER]
    por_estrenar = taller.terminal(servidor=False, instalada=False)
    por_estrenar.guardar("tutorial/primer-flow/etl_simple.py")
    base = por_estrenar.prefect / "prefect.db"
    assert base.parent.name == ".prefect"
    assert not base.exists()

    paciencia = "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120"
    ejecucion = por_estrenar.ejecutar(f"{paciencia} python etl_simple.py")
    por_estrenar.cerrar()

    assert ejecucion.codigo == 0, ejecucion.salida
    assert base.exists()


def test_si_el_servidor_temporal_no_llega_a_tiempo_se_dice_asi() -> None:
    from prefect.server.api.server import SubprocessASGIServer

    fuente = inspect.getsource(SubprocessASGIServer.start)
    dicho = "Timed out while attempting to connect to ephemeral Prefect API server"
    assert dicho in fuente


@pytest.fixture
def etl(terminal: Terminal) -> Terminal:
    """La carpeta del lector con el ETL y un resultado anterior que proteger."""
    return preparar(terminal, PROGRAMA)


def test_con_una_suma_el_flow_falla_en_extraer_y_no_toca_el_resultado(
    etl: Terminal,
) -> None:
    with entrada(etl).open("a", encoding="utf-8") as archivo:
        archivo.write("Total,,,,,,,1807867.30,1\n")

    ejecucion = etl.ejecutar("python etl_ventas.py")

    assert ejecucion.codigo != 0
    primera = next(li for li in ejecucion.salida.splitlines() if "| ERROR" in li)
    assert re.search("Task run 'extraer-.*Hay un precio de 1807867.3 pesos", primera)
    assert "Task run 'transformar-" not in ejecucion.salida
    assert "Task run 'cargar-" not in ejecucion.salida
    comprobar_que_no_ha_tocado_nada(etl)


def test_con_un_limite_demasiado_bajo_se_rechaza_un_archivo_bueno(
    etl: Terminal,
) -> None:
    cambiar(
        etl.carpeta / "etl_ventas.py", "PRECIO_MAXIMO = 5000", "PRECIO_MAXIMO = 1000"
    )

    ejecucion = etl.ejecutar("python etl_ventas.py")

    assert ejecucion.codigo != 0
    assert "Hay un precio de 1590.0 pesos y ninguno pasa de 1000." in ejecucion.salida
    comprobar_que_no_ha_tocado_nada(etl)


@pytest.mark.parametrize("mayor", [0.0, 5000.0, float("nan")])
def test_lo_que_no_pasa_del_maximo_vale(mayor: float) -> None:
    etl_ventas = cargar_modulo(SNIPPETS / PROGRAMA)
    etl_ventas.comprobar(pd.DataFrame({"precio": [1.0, mayor]}))


def test_el_programa_funciona_desde_cualquier_carpeta(etl: Terminal) -> None:
    programa = etl.carpeta / "etl_ventas.py"

    ejecucion = etl.ejecutar(f"cd /\npython '{programa}'")

    assert ejecucion.codigo == 0, ejecucion.salida
    assert len(pd.read_parquet(salida(etl))) == 2916


def test_la_salida_se_puede_cambiar_en_la_llamada(etl: Terminal) -> None:
    cambiar(
        etl.carpeta / "etl_ventas.py",
        "    pipeline_etl()\n",
        '    pipeline_etl(salida=RAIZ / "data" / "output" / "copia.parquet")\n',
    )

    ejecucion = etl.ejecutar("python etl_ventas.py")

    assert ejecucion.codigo == 0, ejecucion.salida
    assert len(pd.read_parquet(salida(etl).with_name("copia.parquet"))) == 2916
    assert salida(etl).read_bytes() == RESULTADO_ANTERIOR


def test_sin_log_prints_los_print_salen_sin_hora_ni_nombre(etl: Terminal) -> None:
    cambiar(etl.carpeta / "etl_ventas.py", "@flow(log_prints=True)", "@flow")

    lineas = etl.ejecutar("python etl_ventas.py").salida.splitlines()

    assert "3036 filas leídas, 2916 guardadas: 1807867.30 pesos" in lineas


@pytest.mark.parametrize(
    "programa", ["tutorial/primer-flow/etl_simple.py", PROGRAMA, RESISTENTE]
)
def test_dos_ejecuciones_dejan_el_mismo_resultado_y_es_el_correcto(
    terminal: Terminal, programa: str
) -> None:
    etl = preparar(terminal, programa)
    contenidos = []
    for _ in range(2):
        assert etl.ejecutar(f"python {Path(programa).name}").codigo == 0
        contenidos.append(salida(etl).read_bytes())

    assert contenidos[0] == contenidos[1]
    assert list(salida(etl).parent.iterdir()) == [salida(etl)]

    # Otro camino al mismo resultado: sin pandas para limpiar, fila a fila.
    lineas = dict.fromkeys(entrada(etl).read_text(encoding="utf-8").splitlines()[1:])
    filas = [linea.split(",") for linea in lineas]
    completas = [fila for fila in filas if fila[-2] and fila[-1]]
    totales = [Decimal(fila[-2]) * Decimal(fila[-1]) for fila in completas]
    resultado = pd.read_parquet(salida(etl))
    assert [str(venta) for venta in resultado["venta_id"]] == [f[0] for f in completas]
    assert [f"{t:.2f}" for t in resultado["total"]] == [f"{t:.2f}" for t in totales]


def test_funciona_con_los_datos_del_curso_original(etl: Terminal) -> None:
    pagina = (RAIZ / "docs/referencia/datos.md").read_text(encoding="utf-8")
    original, cambiada = re.findall(r"`(VENTAS = .+?)`", pagina)
    cambiar(etl.carpeta / "etl_ventas.py", original, cambiada)
    destino = etl.raiz / "03_python" / "data" / "ventas.csv"
    destino.parent.mkdir(parents=True)
    entrada(etl).rename(destino)

    ejecucion = etl.ejecutar("python etl_ventas.py")

    assert ejecucion.codigo == 0, ejecucion.salida
    assert not pd.read_parquet(salida(etl)).empty
