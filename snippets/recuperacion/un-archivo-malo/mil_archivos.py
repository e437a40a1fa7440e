"""Los cierres de mil cajas, uno por archivo. Uno está mal, y ninguno es de verdad."""

import shutil
from pathlib import Path

ENTRADA = Path(__file__).resolve().parents[3] / "data" / "output" / "entrada"
CUANTOS, MALO = 1000, 417


def escribir(numero: int) -> None:
    """El archivo de una caja: dos ventas."""
    precio = "doscientos" if numero == MALO else "239.00"
    lineas = ["producto,cantidad,precio", "cafetera,1,89.50", f"tostador,2,{precio}"]
    ruta = ENTRADA / f"caja-{numero:04}.csv"
    ruta.write_text("\n".join(lineas) + "\n", encoding="utf-8")


if __name__ == "__main__":
    shutil.rmtree(ENTRADA, ignore_errors=True)
    ENTRADA.mkdir(parents=True)
    for numero in range(1, CUANTOS + 1):
        escribir(numero)
    print(f"{CUANTOS} archivos en la carpeta {ENTRADA.name}")
