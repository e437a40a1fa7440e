"""Ejercicio 2: un flow que se llama con otros valores, y que no admite cualquiera."""

from collections.abc import Iterator

import pandas as pd

from calificador.comprobaciones.aparte import llamar_de_varias_formas
from calificador.comprobaciones.comun import unico_flujo, validas
from calificador.lengua import frase
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.prefect_por_dentro import PARAMETRO_DE_OTRO_TIPO

MINIMO = 699  # hay ventas de Monterrey que cuestan justo eso
INVENTADA = "Macondo"  # no es la del enunciado, por si alguien la escribe a mano
LLAMADAS = {
    "con los dos": {"tienda": "Monterrey", "minimo": MINIMO},
    "con centavos": {"tienda": "Monterrey", "minimo": MINIMO - 0.5},
    "nada tan caro": {"tienda": "Puebla", "minimo": 1_000_000},
    "sin ninguno": {},
    "minimo de otro tipo": {"minimo": "mucho"},
    "tienda de otro tipo": {"tienda": ["Puebla"]},
    "tienda que no existe": {"tienda": INVENTADA},
}
Respuesta = dict[str, str]


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    flujo = unico_flujo(practica.ejecutar().flujos)
    respuestas = llamar(practica, flujo.nombre)
    con_los_dos = respuestas["con los dos"]
    yield Punto(
        "sin_parametros",
        "El flow recibe tienda y minimo",
        "error" not in con_los_dos,
        f'Al llamarlo con tienda="Monterrey" y minimo={MINIMO} da un error: '
        f"{resumen(con_los_dos)} Los dos son parámetros de la función del flow, con esos "
        "nombres.",
        "tutorial/flow-y-task#parametros",
    )
    yield Punto(
        "no_los_usa",
        "Con otra tienda y otro mínimo, devuelve otra cuenta",
        con_los_dos["valor"] == contar(practica, "Monterrey", MINIMO),
        f"Con Monterrey y {MINIMO} ha devuelto {con_los_dos['valor']}, y son "
        f"{contar(practica, 'Monterrey', MINIMO)}. "
        f"{por_que_otra_cuenta(practica, con_los_dos['valor'])}",
        "tutorial/flow-y-task#parametros",
    )
    con_centavos = respuestas["con centavos"]
    yield Punto(
        "sin_centavos",
        "El mínimo puede llevar centavos",
        con_centavos.get("valor") == contar(practica, "Monterrey", MINIMO - 0.5),
        f"Con minimo={MINIMO - 0.5}: {resumen(con_centavos)} Un precio no siempre es un número "
        "entero: el tipo que los admite todos es float.",
        "tutorial/flow-y-task#parametros",
    )
    sin_ninguno = respuestas["sin ninguno"]
    yield Punto(
        "sin_omision",
        "Sin argumentos, cuenta las de Puebla desde 500 MXN",
        sin_ninguno.get("valor") == contar(practica, "Puebla", 500),
        f"Al llamarlo sin argumentos: {resumen(sin_ninguno)} Dale a cada parámetro su valor "
        "por omisión en la línea de def, con =.",
        "tutorial/flow-y-task#parametros",
    )
    sin_validar = [
        nombre
        for nombre in ("tienda", "minimo")
        if respuestas[f"{nombre} de otro tipo"].get("error") != PARAMETRO_DE_OTRO_TIPO
    ]
    yield Punto(
        "sin_tipos",
        "Prefect rechaza los valores de otro tipo",
        not sin_validar,
        f"Prefect no comprueba {' ni '.join(sin_validar)}: ha dejado entrar un valor de otro "
        "tipo. Anota el tipo de cada parámetro, como en veces: int, y lo hará antes de "
        "ejecutar tu función.",
        "tutorial/flow-y-task#parametros",
    )
    yield from lo_que_no_vale(
        respuestas["nada tan caro"], respuestas["tienda que no existe"]
    )


def lo_que_no_vale(nada_tan_caro: Respuesta, inventada: Respuesta) -> Iterator[Punto]:
    """Que falle con una tienda que no existe, y solo entonces."""
    yield Punto(
        "error_callado",
        "Con una tienda que no existe, el flow falla",
        inventada.get("error", "SystemExit") != "SystemExit",
        f'Con tienda="{INVENTADA}": {resumen(inventada)} Prefect no sabe que algo va mal, y '
        "quien lo programó tampoco. Un print, un return o un exit no dejan el flow en Failed: "
        "usa raise ValueError(…).",
        "tutorial/flow-y-task#parametros",
    )
    yield Punto(
        "sin_mensaje",
        "El error dice por qué",
        bool(inventada["mensaje"].strip()),
        "El flow falla, pero sin explicación. Escríbela entre los paréntesis: "
        'raise ValueError(f"No hay ventas en {tienda}").',
        "tutorial/flow-y-task#parametros",
    )
    yield Punto(
        "falla_de_mas",
        "Una tienda que sí vende, pero nada tan caro, da 0",
        nada_tan_caro.get("valor") == "0",
        f"Con Puebla y un mínimo de un millón: {resumen(nada_tan_caro)} Puebla sí tiene "
        "ventas, así que la respuesta es 0. Mira si la tienda existe antes de mirar el precio.",
        "tutorial/flow-y-task#parametros",
    )


def llamar(practica: Practica, flujo: str) -> dict[str, Respuesta]:
    """Llama al flow de todas las formas y devuelve lo que pasó con cada una.

    Raises:
        Tropiezo: si el flow no se puede importar desde otro programa.
    """
    _, respuestas = llamar_de_varias_formas(practica, flujo, list(LLAMADAS.values()))
    return dict(zip(LLAMADAS, respuestas, strict=True))


def resumen(respuesta: Respuesta) -> str:
    """Lo que pasó con una llamada, en una frase."""
    if "error" in respuesta:
        mensaje = " ".join(respuesta["mensaje"].splitlines()[:2])
        return frase(f"{respuesta['error']}: {mensaje}")
    return f"ha devuelto {respuesta['valor']}."


def por_que_otra_cuenta(practica: Practica, valor: str) -> str:
    """Qué hacer con una cuenta que no sale, según la que sale."""
    if valor == "None":
        return "Tu flow no devuelve nada: termina con return y la cuenta."
    if not valor.replace(".", "", 1).isdigit():
        return "Devuelve solo la cuenta, que es un número: el texto, en un print."
    if valor == contar(practica, "Monterrey", MINIMO + 0.01):
        return f"Has dejado fuera las que cuestan justo {MINIMO}: compara con >=, y no con >."
    if valor == contar(practica, "Monterrey", MINIMO, limpiar=False):
        return (
            "Has contado las repetidas o las incompletas: quítalas antes con "
            'drop_duplicates() y dropna(subset=["precio", "cantidad"]).'
        )
    return "Usa los dos parámetros en la cuenta, en vez de un valor escrito a mano."


def contar(
    practica: Practica, tienda: str, minimo: float, *, limpiar: bool = True
) -> str:
    """Cuántas ventas hay, contadas aquí."""
    ventas = pd.read_csv(practica.datos / "ventas.csv")
    ventas = validas(ventas) if limpiar else ventas
    return str(((ventas["tienda"] == tienda) & (ventas["precio"] >= minimo)).sum())
