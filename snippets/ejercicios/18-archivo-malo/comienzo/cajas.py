"""Las cajas del ejercicio 18. No lo cambies: el calificador usa el suyo."""

import csv
from pathlib import Path

SALIDA = Path(__file__).resolve().parents[3] / "data" / "output"
ENTRADA, APARTADOS = SALIDA / "cajas", SALIDA / "apartados"
GUARDADAS = SALIDA / "ventas_de_cajas.csv"
COLUMNAS = ["producto", "cantidad", "precio"]
DE_HOY = {
    "caja-1": "producto,cantidad,precio\ncafetera,1,89.50\n",
    "caja-2": "producto,cantidad,precio\ncafetera,1,doscientos\n",
    "caja-3": "producto,cantidad,precio\ntostador,2,239.00\n",
    "caja-4": "producto,cantidad\ntostador,2\n",
    "caja-5": "producto,cantidad,precio\nlicuadora,1,310.00\n",
}


def archivos() -> list[Path]:
    """Los que han llegado, por orden."""
    return sorted(ENTRADA.glob("*.csv"))


def leer(ruta: Path) -> list[dict[str, str]]:
    """Las ventas de un archivo.

    Raises:
        ValueError: si el archivo está mal; el mensaje dice por qué.
    """
    with ruta.open(encoding="utf-8", newline="") as archivo:
        ventas = list(csv.DictReader(archivo))
    if not ventas:
        raise ValueError("no tiene ninguna venta")
    for columna in COLUMNAS:
        if columna not in ventas[0]:
            raise ValueError(f"falta la columna {columna}")
    for numero, venta in enumerate(ventas, start=1):
        for columna in ("cantidad", "precio"):
            try:
                float(venta[columna])
            except (TypeError, ValueError):
                raise ValueError(
                    f"venta {numero}: {columna} es {venta[columna]!r}, y no un número"
                ) from None
    return ventas


def guardar(ventas: list[dict[str, str]]) -> None:
    """Escribe todas las ventas de la noche, en lugar de las que hubiera."""
    with GUARDADAS.open("w", encoding="utf-8", newline="") as archivo:
        escritor = csv.DictWriter(archivo, COLUMNAS, extrasaction="ignore")
        escritor.writeheader()
        escritor.writerows(ventas)
    print(f"Guardadas {len(ventas)} ventas")


if __name__ == "__main__":
    ENTRADA.mkdir(parents=True, exist_ok=True)
    for nombre, texto in DE_HOY.items():
        (ENTRADA / f"{nombre}.csv").write_text(texto, "utf-8")
    print(f"{len(DE_HOY)} archivos en la carpeta {ENTRADA.name}")
