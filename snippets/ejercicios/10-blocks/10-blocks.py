"""Ejercicio 10: firma las ventas con una clave que no está en el código."""

import hmac
import os
from pathlib import Path

from prefect import flow
from prefect.blocks.system import Secret

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
FIRMA = RAIZ / "data" / "output" / "ventas.firma"
BLOCK = "clave-de-firma"


def firmar(archivo: Path, clave: str) -> str:
    """Calcula la firma de un archivo: sin la clave, nadie puede falsificarla."""
    return hmac.new(clave.encode(), archivo.read_bytes(), "sha256").hexdigest()


def guardar_clave() -> None:
    """Lleva la clave de la variable de entorno al block."""
    Secret(value=os.environ["CLAVE_DE_FIRMA"]).save(BLOCK, overwrite=True)


@flow(log_prints=True)
def firmar_ventas() -> None:
    """Carga la clave, firma las ventas y guarda la firma."""
    clave = Secret.load(BLOCK)
    FIRMA.parent.mkdir(parents=True, exist_ok=True)
    temporal = FIRMA.with_suffix(".tmp")
    temporal.write_text(firmar(VENTAS, clave.get()))
    temporal.replace(FIRMA)
    print(f"Firma en {FIRMA.name}, con la clave {clave.value}")


if __name__ == "__main__":
    guardar_clave()
    firmar_ventas()
