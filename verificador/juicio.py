"""Lo que se puede juzgar de una página ya leída, sin ejecutar nada."""

from collections.abc import Iterator

from motor.rutas import DOCS, SNIPPETS
from verificador import album
from verificador.bloques import PYTHON, Bloque
from verificador.origen import Origen
from verificador.pagina import Pagina
from verificador.problemas import Problema
from verificador.prosa import juicio as prosa
from verificador.prosa import resaltado
from verificador.prosa.recuento import PRUEBAS


def juicio(pagina: Pagina) -> list[Problema]:
    """Los problemas de una página, salvo los que solo se ven al ejecutarla."""
    return [
        *de_los_bloques(pagina),
        *resaltado.problemas(pagina),
        *album.problemas(pagina),
        *(prosa.problemas(pagina) if DOCS in pagina.ruta.parents else ()),
    ]


def de_los_bloques(pagina: Pagina) -> list[Problema]:
    """Los bloques escritos de una manera que no se puede verificar."""
    return [*python_a_mano(pagina), *python_suelto(pagina), *pruebas_a_mano(pagina)]


def python_a_mano(pagina: Pagina) -> Iterator[Problema]:
    """Los programas con alguna línea que no viene de snippets/."""
    for bloque in pagina.bloques:
        if not bloque.valla.lenguaje.startswith("py") or es_suelto(bloque):
            continue
        for _, origen in bloque.valla.lineas:
            if origen is None or SNIPPETS not in origen.archivo.parents:
                remedio = "llévalo a snippets/ e inclúyelo con --8<--."
                que = "Python escrito a mano en la página"
                yield Problema(origen or bloque.valla.origen, que, remedio)
                break


def python_suelto(pagina: Pagina) -> Iterator[Problema]:
    """Los bloques de Python sin título que publican algo distinto de lo que se ejecuta."""
    for bloque in pagina.bloques:
        if es_suelto(bloque) and not es_extracto(bloque, pagina):
            yield Problema(
                bloque.valla.origen,
                "un bloque de Python sin título que no es un extracto de un programa de "
                "la página",
                'dale title="archivo.py", incluye el programa entero y añade la orden que '
                "lo ejecuta; un extracto solo incluye, sin añadir nada, líneas seguidas de "
                "un programa que la página guarda con su título.",
            )


def pruebas_a_mano(pagina: Pagina) -> Iterator[Problema]:
    """Los bloques que dicen ser el código de unas pruebas y no lo ha escrito `recuento`."""
    for bloque in pagina.bloques:
        if bloque.clase == "prueba" and bloque.valla.archivos != {PRUEBAS}:
            que = (
                "un bloque que dice ser el código de unas pruebas y está escrito a mano"
            )
            yield Problema(bloque.valla.origen, que, "quita la marca «prueba».")


def es_suelto(bloque: Bloque) -> bool:
    """Si es un bloque de Python que se ejecuta y no tiene título."""
    valla = bloque.valla
    return bloque.clase == "ejecutado" and valla.lenguaje in PYTHON and not valla.titulo


def es_extracto(bloque: Bloque, pagina: Pagina) -> bool:
    """Si sus líneas son, seguidas, de un programa que la página guarda."""
    propias = [origen for _, origen in bloque.valla.lineas]
    return None not in propias and any(
        es_tramo(propias, [origen for _, origen in b.valla.lineas])
        for b in pagina.bloques
        if b.valla.titulo and b.valla.lenguaje in PYTHON
    )


def es_tramo(tramo: list[Origen], lista: list[Origen | None]) -> bool:
    """Si los elementos de una lista están en otra, en el mismo orden y seguidos."""
    largo = len(tramo)
    principios = range(len(lista) - largo + 1)
    return any(lista[i : i + largo] == tramo for i in principios)
