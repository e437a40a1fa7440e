from pathlib import Path

ARCHIVO = Path(__file__).resolve()
RAIZ = ARCHIVO.parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


def comprobar() -> None:
    print(f"Este archivo: {ARCHIVO.relative_to(RAIZ).as_posix()}")
    if VENTAS.is_file():
        print("Los datos: data/ventas.csv, en su sitio")
    else:
        print(f"Los datos: no están; los busco en {VENTAS}")


if __name__ == "__main__":
    comprobar()
