"""Lo que «Almacenamiento en la nube» afirma y su salida no demuestra, con un S3 local."""

import io
from collections.abc import Iterator
from importlib.metadata import metadata

import pandas as pd
import pytest
from consultas import cambiar

from verificador import plugin
from verificador.terminal import Terminal

NUBE = "guias/almacenamiento-en-la-nube"
SERVIR = ("python servidor_s3.py", "S3 de prácticas listo")


@pytest.fixture
def lector(pytestconfig: pytest.Config, puerto: int) -> Iterator[Terminal]:
    """La carpeta del lector, con el S3 de prácticas en marcha."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    for nombre in ("servidor_s3", "leer_de_s3", "ver_bucket"):
        terminal.guardar(f"{NUBE}/{nombre}.py")
    terminal.servir(*SERVIR)
    yield terminal
    terminal.cerrar()


def test_s3_un_objeto_que_no_existe_falla(lector: Terminal) -> None:
    cambiar(lector.carpeta / "leer_de_s3.py", "raw/ventas.csv", "raw/compras.csv")
    intento = lector.ejecutar("python leer_de_s3.py")
    assert intento.codigo != 0
    assert "data/raw/compras.csv" in (lector.carpeta / "leer_de_s3.py").read_text(
        "utf-8"
    )
    assert "Not Found" in intento.salida


def test_con_el_s3_parado_el_block_sigue_y_no_contesta_nadie(lector: Terminal) -> None:
    lector.cerrar()
    intento = lector.ejecutar("AWS_MAX_ATTEMPTS=1 python leer_de_s3.py")
    assert intento.codigo != 0
    assert "EndpointConnectionError" in intento.salida
    assert "Unable to find block" not in intento.salida


def test_lo_que_guarda_moto_se_pierde_al_pararlo(lector: Terminal) -> None:
    def hay() -> set[str]:
        lineas = lector.ejecutar("python ver_bucket.py || true").salida.splitlines()
        return {linea for linea in lineas if linea.startswith("data/")}

    assert lector.ejecutar("python leer_de_s3.py").codigo == 0
    assert hay() == {"data/raw/ventas.csv", "data/output/por_tienda.csv"}
    lector.cerrar()
    lector.servir(*SERVIR)
    assert hay() == {"data/raw/ventas.csv"}


def test_un_parquet_tambien_se_lee_de_sus_bytes() -> None:
    tabla = pd.DataFrame({"tienda": ["Puebla"], "ventas": [286]})
    assert pd.read_parquet(io.BytesIO(tabla.to_parquet())).equals(tabla)


def test_prefect_tiene_extras_para_las_tres_nubes() -> None:
    extras = metadata("prefect").get_all("Provides-Extra")
    assert {"aws", "gcp", "azure"} <= set(extras)
