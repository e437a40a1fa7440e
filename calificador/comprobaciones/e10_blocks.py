"""Ejercicio 10: la clave, en un block; el flow la carga él mismo y nadie la ve."""

import hmac
import secrets
from collections.abc import Iterator

from calificador.comprobaciones.aparte import blocks, enumerar, repetir_flow
from calificador.comprobaciones.comun import flow_completo, unico_flujo
from calificador.diagnostico import Entrega
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.prefect_por_dentro import BLOCK_SECRET

VARIABLE = "CLAVE_DE_FIRMA"
BLOCK = "clave-de-firma"


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    clave = practica.entorno[VARIABLE] = secrets.token_hex(12)
    entrega = practica.ejecutar()
    flujo = unico_flujo(entrega.flujos)
    yield flow_completo(flujo)
    guardados = blocks(practica, BLOCK_SECRET)
    yield Punto(
        "sin_block",
        f"Hay un block Secret llamado {BLOCK}",
        BLOCK in guardados,
        f"No está en el servidor. {enumerar(guardados)} de tipo Secret: guárdalo con "
        f'Secret(value=…).save("{BLOCK}", overwrite=True).',
        "guias/bases-de-datos#guardar",
    )
    yield Punto(
        "clave_en_el_codigo",
        f"El block guarda lo que dice {VARIABLE}",
        valor_guardado(practica) == clave,
        f"He dado otro valor a {VARIABLE} y el block guarda uno distinto. La clave no se "
        f'escribe en el programa: sácala de os.environ["{VARIABLE}"].',
        "ejercicios/10-blocks#enunciado",
    )
    yield Punto(
        "a_la_vista",
        "La clave no sale en la terminal ni en los logs",
        clave not in entrega.salida,
        "La clave se lee en lo que imprime tu programa, y los logs se guardan. Quita ese "
        "print: el block, al imprimirlo, solo muestra asteriscos; .get() la descubre.",
        "guias/bases-de-datos#guardar",
    )
    yield Punto(
        "en_parametros",
        "La clave no es un parámetro del flow",
        clave not in str(parametros(practica, entrega)),
        "El servidor guarda los parámetros de cada ejecución y la interfaz los muestra: la "
        "clave está ahí. No la pases; que el flow cargue el block.",
        "referencia/glosario#parametro",
    )
    yield Punto(
        "otra_firma",
        "La firma es la de ventas.csv con esa clave",
        firma_dejada(practica) == firma(practica, clave),
        f"{estado_de_la_firma(practica)} Llama a firmar(VENTAS, clave), con el texto que da "
        ".get(), y escribe lo que devuelve en data/output/ventas.firma.",
        "guias/almacenamiento-en-la-nube#que-ha-pasado",
    )
    otra = cambiar(practica)
    _, error = repetir_flow(practica, flujo)
    visto = error or "La firma sigue siendo la de la clave anterior"
    guarda_el_flow = VARIABLE in error or valor_guardado(practica) != otra
    remedio = (
        f"No leas {VARIABLE} dentro del flow ni al importar el archivo: guarda el block una "
        'vez, en if __name__ == "__main__", y que el flow solo lo cargue.'
        if guarda_el_flow
        else "Llama a Secret.load dentro del flow o de una task."
    )
    yield Punto(
        "fuera_del_flow",
        "El flow carga el block él mismo",
        not error and firma_dejada(practica) == firma(practica, otra),
        f"He cambiado la clave del block y he llamado al flow desde otro proceso, sin "
        f"{VARIABLE}, como hace un deployment. {visto}. {remedio}",
        "guias/bases-de-datos#que-ha-pasado",
    )
    yield Punto(
        "clave_por_omision",
        "Sin la variable ni el block, no firma",
        not firma_sin_clave(practica),
        f"He quitado {VARIABLE} y el block, y tu programa firma igual, con una clave que yo no "
        f'he dado. No escribas otra por si falta: con os.environ["{VARIABLE}"] el programa '
        "falla y avisa.",
        "ejercicios/10-blocks#enunciado",
    )


def parametros(practica: Practica, entrega: Entrega) -> list[dict]:
    """Los de cada flow run, como los muestra la interfaz."""
    return [practica.cliente.read_flow_run(f.id).parameters for f in entrega.flujos]


def firma(practica: Practica, clave: str) -> str:
    """La de ventas.csv, calculada aquí."""
    ventas = practica.datos / "ventas.csv"
    return hmac.new(clave.encode(), ventas.read_bytes(), "sha256").hexdigest()


def firma_dejada(practica: Practica) -> str:
    """La que ha escrito el programa, si está."""
    ruta = practica.salida / "ventas.firma"
    return ruta.read_text("utf-8", "replace").strip() if ruta.is_file() else ""


def estado_de_la_firma(practica: Practica) -> str:
    return "Sale otra." if firma_dejada(practica) else "No hay ninguna."


def valor_guardado(practica: Practica) -> object:
    """Lo que hay ahora en el block."""
    return blocks(practica, BLOCK_SECRET)[BLOCK].data["value"]


def firma_sin_clave(practica: Practica) -> bool:
    """Si el programa deja una firma cuando la clave no está en ningún sitio."""
    practica.cliente.delete_block_document(blocks(practica, BLOCK_SECRET)[BLOCK].id)
    (practica.salida / "ventas.firma").unlink()
    practica.lanzar(practica.ejercicio.archivo)
    return bool(firma_dejada(practica))


def cambiar(practica: Practica) -> str:
    """Pone otra clave en el block, como haría quien la renueva."""
    from prefect.client.schemas.actions import BlockDocumentUpdate

    nueva = secrets.token_hex(12)
    del practica.entorno[VARIABLE]
    practica.cliente.update_block_document(
        blocks(practica, BLOCK_SECRET)[BLOCK].id,
        BlockDocumentUpdate(data={"value": nueva}),
    )
    return nueva
