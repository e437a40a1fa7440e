"""ETL de ventas: lee un CSV, lo comprueba, lo limpia y lo guarda en Parquet."""

import csv
import re
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
SALIDA = RAIZ / "data" / "output" / "ventas.parquet"

NUMEROS = {  # cómo se escriben y cómo se explica
    "precio": (r"[0-9]{1,7}(\.[0-9]{1,2})?", "de 0 a 9999999.99, hasta dos decimales"),
    "cantidad": (r"-?[0-9]{1,6}(\.00?)?", "enteros, de -999999 a 999999"),
}
SUMA = re.compile(r"((gran |sub)?total(es)?|sumas?)\b", re.IGNORECASE)
OTROS = {  # cómo empieza lo que no es texto en UTF-8
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\x1f\x8b": "gzip",
    b"PK": "un zip o un libro de Excel",
}


@task
def extraer(ruta: Path) -> pd.DataFrame:
    """Lee el CSV como texto, sin adivinar nada: solo una celda vacía es un hueco."""
    filas = leer_filas(leer_texto(ruta))
    exigir(len(filas) > 1, f"El archivo {ruta.name} no tiene ninguna venta.")
    columnas, *ventas = filas
    comprobar_columnas(columnas)
    for fila in ventas:
        comprobar_fila(fila, columnas)
    return pd.DataFrame(ventas, columns=columnas).replace("", pd.NA)


def leer_texto(ruta: Path) -> str:
    """El texto de un archivo, que tiene que estar en UTF-8."""
    if ruta.is_dir():
        raise IsADirectoryError(f"{ruta} es una carpeta. Revisa la ruta.")
    if not ruta.exists():
        raise FileNotFoundError(f"{ruta} no existe. Revisa la ruta.")
    datos = ruta.read_bytes()
    try:
        texto = datos.decode("utf-8-sig")
    except UnicodeDecodeError:
        texto = "\0"
    parece = OTROS.get(datos[:2], "latin-1 u otra codificación")
    exigir(
        "\0" not in texto,
        f"{ruta.name} no está en UTF-8: parece {parece}. Guárdalo como CSV en UTF-8.",
    )
    return texto


def leer_filas(texto: str) -> list[list[str]]:
    """Las filas de un CSV, con la cabecera y sin las líneas en blanco."""
    lector = csv.reader(StringIO(texto, newline=""), strict=True)
    try:
        filas = [[celda.strip() for celda in fila] for fila in lector]
    except csv.Error as error:
        raise ValueError(
            f"La línea {lector.line_num} no es CSV: revisa sus comillas ({error})."
        ) from error
    return [fila for fila in filas if any(fila)]


def comprobar_columnas(columnas: list[str]) -> None:
    """Están las de los números, y ninguna se repite ni está sin nombre."""
    faltan = ", ".join(c for c in NUMEROS if c not in columnas)
    tiene = ", ".join(columnas)
    exigir(
        not faltan or not re.search(r"[;\t|]", tiene),
        f"«{tiene}» no se separa con comas. Usa comas, y punto para los decimales.",
    )
    exigir(not faltan, f"Faltan columnas en el CSV: {faltan}. Tiene: {tiene}.")
    distintas = {*columnas, "", "total"}
    exigir(
        len(distintas) == len(columnas) + 2,
        f"Hay una columna repetida, sin nombre o que ya se llama total: {tiene}.",
    )


def comprobar_fila(fila: list[str], columnas: list[str]) -> None:
    """Tiene un campo por columna, y no es una suma: dice qué se vende, y no «Total»."""
    inicio = ",".join(fila)[:60]
    exigir(
        len(fila) == len(columnas),
        f"La fila «{inicio}» tiene {len(fila)} campos y la cabecera, {len(columnas)}. "
        "¿Hay una coma sin comillas, como en 1,234.50?",
    )
    textos = [c for n, c in zip(columnas, fila, strict=True) if n not in NUMEROS]
    rotulo = next(filter(None, textos), "")
    es_suma = SUMA.match(rotulo) if rotulo else len(textos) > 1
    exigir(not es_suma, f"La fila «{inicio}» parece una suma: quítala.")


@task
def transformar(ventas: pd.DataFrame) -> pd.DataFrame:
    """Quita lo que no es una venta válida y calcula el total de las demás."""
    numeros = {nombre: a_numeros(ventas[nombre]) for nombre in NUMEROS}
    distintas = ventas.assign(**numeros).drop_duplicates()
    validas = distintas.dropna(subset=list(NUMEROS)).astype({"cantidad": int})
    repetidas, incompletas = len(ventas) - len(distintas), len(distintas) - len(validas)
    print(f"Quitadas: {repetidas} repetidas, {incompletas} sin precio o sin cantidad")
    exigir(len(validas) > 0, "No queda ninguna venta con precio y cantidad.")
    return validas.assign(total=(validas["precio"] * validas["cantidad"]).round(2))


def a_numeros(columna: pd.Series) -> pd.Series:
    """Convierte el texto en números; los huecos siguen siendo huecos."""
    patron, cuales = NUMEROS[columna.name]
    escritos = columna.dropna()
    malos = escritos[~escritos.str.fullmatch(patron)].unique()
    exigir(
        len(malos) == 0,
        f"La columna «{columna.name}» tiene {', '.join(malos[:3])}. "
        f"Solo valen números {cuales}.",
    )
    return pd.to_numeric(columna)


def exigir(se_cumple: bool, mensaje: str) -> None:
    """Detiene el programa con un mensaje claro si algo no se cumple."""
    if not se_cumple:
        raise ValueError(mensaje)


@task
def cargar(ventas: pd.DataFrame, ruta: Path) -> None:
    """Guarda las ventas en Parquet: o todas o ninguna."""
    ruta.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=ruta.parent) as carpeta:
        temporal = Path(carpeta) / ruta.name
        ventas.to_parquet(temporal, index=False)
        temporal.replace(ruta)


@flow(log_prints=True)
def pipeline_resistente(entrada: Path = VENTAS, salida: Path = SALIDA) -> int:
    """Lleva las ventas del CSV al Parquet y devuelve cuántas ha guardado."""
    crudas = extraer(entrada)
    limpias = transformar(crudas)
    cargar(limpias, salida)
    print(f"{len(crudas)} filas leídas, {len(limpias)} guardadas en {salida.name}")
    return len(limpias)


if __name__ == "__main__":
    pipeline_resistente()
