"""Los números escritos en letras."""

import re

UNIDADES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
    "quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés "
    "veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
).split()
DECENAS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
OTROS = {
    "cien": 100,
    "doscientos": 200,
    "doscientas": 200,
    "mil": 1000,
    "medio": 0.5,
    "media": 0.5,
}


def numeros() -> dict[str, float]:
    """Cada número que se escribe en letras, con su valor."""
    nombres = dict(zip(UNIDADES, range(30), strict=True))
    for decena, nombre in enumerate(DECENAS, 3):
        nombres[nombre] = decena * 10
        for unidad in range(1, 10):
            nombres[f"{nombre} y {UNIDADES[unidad]}"] = decena * 10 + unidad
    femeninos = {n[:-1] + "a": v for n, v in nombres.items() if n.endswith("uno")}
    return nombres | femeninos | {"un": 1} | OTROS


NUMEROS = numeros()
# «Un», «una» y «uno» son casi siempre artículos; «cero», casi nunca una cuenta.
CUENTAS = sorted(
    (n for n, v in NUMEROS.items() if v > 1 and "mil" not in n), key=len, reverse=True
)
EN_LETRAS = re.compile(rf"(?<!\w)(?:{'|'.join(CUENTAS)})(?!\w)", re.IGNORECASE)


def valor_de(texto: str) -> float | None:
    """El número que dice un texto, en cifras o en letras; ninguno, si no dice uno."""
    limpio = texto.strip().lower()
    if limpio in NUMEROS:
        return NUMEROS[limpio]
    try:
        return float(limpio.removesuffix("%").strip())
    except ValueError:
        return None


def escribir(numero: str) -> str:
    """Un número en letras, si es de los que se escriben así; si no, en cifras."""
    return next((n for n, v in NUMEROS.items() if str(v) == numero and v != 1), numero)
