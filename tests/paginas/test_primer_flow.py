"""El ETL del primer flow: qué dice de los datos malos y qué deja escrito."""

import re
from pathlib import Path

import pandas as pd
import pytest

from verificador.rutas import RAIZ
from verificador.terminal import Terminal

PROGRAMA = "tutorial/primer-flow/etl_ventas.py"
CABECERA = "fecha,precio,cantidad\n"
RESULTADO_ANTERIOR = b"el resultado de ayer"

# Escribe medio archivo y se cae, como si se llenara el disco.
DISCO_LLENO = """
import pandas as pd
import etl_ventas

def escribir_a_medias(tabla, ruta, **opciones):
    ruta.write_bytes(b"PAR1 y poco mas")
    raise OSError("No queda espacio en el disco")

pd.DataFrame.to_parquet = escribir_a_medias
etl_ventas.pipeline_etl()
"""


@pytest.fixture
def etl(terminal: Terminal) -> Terminal:
    """La carpeta del lector con el ETL y un resultado anterior que proteger."""
    terminal.guardar(PROGRAMA)
    salida(terminal).parent.mkdir()
    salida(terminal).write_bytes(RESULTADO_ANTERIOR)
    return terminal


def entrada(terminal: Terminal) -> Path:
    return terminal.raiz / "data" / "ventas.csv"


def salida(terminal: Terminal) -> Path:
    return terminal.raiz / "data" / "output" / "ventas.parquet"


def comprobar_que_no_ha_tocado_nada(terminal: Terminal) -> None:
    assert salida(terminal).read_bytes() == RESULTADO_ANTERIOR
    assert list(salida(terminal).parent.iterdir()) == [salida(terminal)]


@pytest.mark.parametrize(
    ("contenido", "mensaje"),
    [
        pytest.param(None, r"No existe el archivo \S*ventas\.csv", id="sin archivo"),
        pytest.param("", r"ventas\.csv está vacío", id="vacío"),
        pytest.param(CABECERA, r"ventas\.csv está vacío", id="sin filas"),
        pytest.param(
            "fecha,cantidad\n2025-01-01,2\n",
            r"Faltan columnas en el CSV: precio\. Tiene: fecha, cantidad\.",
            id="sin precio",
        ),
        pytest.param(
            "fecha,coste\n2025-01-01,2\n",
            r"Faltan columnas en el CSV: precio, cantidad\. Tiene: fecha, coste\.",
            id="sin precio ni cantidad",
        ),
        pytest.param(
            CABECERA + "2025-01-01,10.5,1\n2025-01-02,gratis,2\n",
            "La columna «precio» tiene valores que no son números: gratis",
            id="precio no numérico",
        ),
        pytest.param(
            CABECERA + "2025-01-01,10.5,una\n",
            "La columna «cantidad» tiene valores que no son números: una",
            id="cantidad no numérica",
        ),
        pytest.param(
            CABECERA + "2025-01-01,,1\n2025-01-02,3,\n",
            "No queda ninguna venta completa",
            id="todo huecos",
        ),
    ],
)
def test_unos_datos_malos_se_explican_y_no_tocan_el_resultado(
    etl: Terminal, contenido: str | None, mensaje: str
) -> None:
    if contenido is None:
        entrada(etl).unlink()
    else:
        entrada(etl).write_text(contenido, encoding="utf-8")

    ejecucion = etl.ejecutar("python etl_ventas.py")

    assert ejecucion.codigo != 0
    errores = [li for li in ejecucion.salida.splitlines() if "| ERROR" in li]
    assert re.search(mensaje, errores[0]), ejecucion.salida
    comprobar_que_no_ha_tocado_nada(etl)


def test_un_fallo_a_media_escritura_no_toca_el_resultado(etl: Terminal) -> None:
    (etl.carpeta / "disco_lleno.py").write_text(DISCO_LLENO, encoding="utf-8")

    ejecucion = etl.ejecutar("python disco_lleno.py")

    assert ejecucion.codigo != 0
    assert "No queda espacio en el disco" in ejecucion.salida
    comprobar_que_no_ha_tocado_nada(etl)


def test_dos_ejecuciones_dejan_el_mismo_resultado_y_es_el_correcto(
    etl: Terminal,
) -> None:
    contenidos = []
    for _ in range(2):
        assert etl.ejecutar("python etl_ventas.py").codigo == 0
        contenidos.append(salida(etl).read_bytes())

    assert contenidos[0] == contenidos[1]
    assert list(salida(etl).parent.iterdir()) == [salida(etl)]

    # Otro camino al mismo resultado: sin pandas para limpiar, fila a fila.
    lineas = dict.fromkeys(entrada(etl).read_text(encoding="utf-8").splitlines()[1:])
    filas = [linea.split(",") for linea in lineas]
    completas = [fila for fila in filas if all(fila)]
    totales = [round(float(f[-2]) * float(f[-1]), 2) for f in completas]
    resultado = pd.read_parquet(salida(etl))
    assert len(resultado) == len(completas)
    assert resultado["venta_id"].tolist() == [int(fila[0]) for fila in completas]
    assert resultado["total"].tolist() == pytest.approx(totales)


def test_funciona_con_los_datos_del_curso_original(etl: Terminal) -> None:
    pagina = (RAIZ / "docs/referencia/datos.md").read_text(encoding="utf-8")
    original, cambiada = re.findall(r"`(VENTAS = .+?)`", pagina)
    programa = etl.carpeta / "etl_ventas.py"
    texto = programa.read_text(encoding="utf-8")
    assert original in texto
    programa.write_text(texto.replace(original, cambiada), encoding="utf-8")
    destino = etl.raiz / "03_python" / "data" / "ventas.csv"
    destino.parent.mkdir(parents=True)
    entrada(etl).rename(destino)

    ejecucion = etl.ejecutar("python etl_ventas.py")

    assert ejecucion.codigo == 0, ejecucion.salida
    assert not pd.read_parquet(salida(etl)).empty
