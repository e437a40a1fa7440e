"""Ejercicio 10: firma las ventas con una clave que no está en el código."""

import hmac
from pathlib import Path

from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
FIRMA = RAIZ / "data" / "output" / "ventas.firma"


def firmar(archivo: Path, clave: str) -> str:
    """Calcula la firma de un archivo: sin la clave, nadie puede falsificarla."""
    return hmac.new(clave.encode(), archivo.read_bytes(), "sha256").hexdigest()


@flow(log_prints=True)
def firmar_ventas() -> None:
    """Carga la clave, firma las ventas y guarda la firma."""
    print("Por hacer")


if __name__ == "__main__":
    firmar_ventas()
