"""Da a un ETL varios CSV con problemas y muestra qué hace con cada uno."""

import sys
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

BUENO = "producto,precio,cantidad\nCojín,100.00,1\nLápiz,20.00,2\n"
TEXTOS = {
    "Sin problemas": BUENO,
    "Con punto y coma": BUENO.replace(",", ";"),
    "1,100.00 sin comillas": BUENO.replace("100", "1,100").replace("20.", "1,020."),
    "Dos precios": BUENO.replace("precio", "precio,precio").replace("00,", "00,5,"),
    "1.100 por mil cien": BUENO.replace("100.00", "1.100"),
    "Un precio infinito": BUENO.replace("20.00", "inf"),
    "La suma al pie": f"{BUENO}Total,140.00,3\n",
}
ARCHIVOS = {nombre: texto.encode() for nombre, texto in TEXTOS.items()}
ARCHIVOS["En latin-1"] = BUENO.encode("latin-1")


def resultado(etl: ModuleType, ruta: Path) -> str:
    """Cuántas ventas saca el ETL de un CSV y cuánto suman, o su error."""
    try:
        ventas = etl.transformar.fn(etl.extraer.fn(ruta))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return f"{len(ventas)} ventas, {ventas['total'].sum():.2f} pesos"


def main(programa: str) -> None:
    etl = import_module(programa)
    for nombre, contenido in ARCHIVOS.items():
        with TemporaryDirectory() as carpeta, redirect_stdout(StringIO()):
            ruta = Path(carpeta) / "ventas.csv"
            ruta.write_bytes(contenido)
            dicho = resultado(etl, ruta)
        print(f"{nombre}:\n    {dicho}")


if __name__ == "__main__":
    main(sys.argv[1])
