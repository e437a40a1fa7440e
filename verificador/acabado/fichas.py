"""Lo que se sabe de cada página publicada: su nombre, su sección, su dirección y de qué va."""

from collections.abc import Iterator
from dataclasses import dataclass

from motor.rutas import DOCS
from verificador import menu
from verificador.cabecera import leer_cabecera
from verificador.texto import leer_texto

Menu = str | list | dict


@dataclass(frozen=True)
class Ficha:
    """Una página publicada.

    Attributes:
        nombre: el del menú.
        seccion: la del menú en la que está; ninguna, si es la portada.
        url: la suya dentro del sitio; termina en «/», salvo la de la portada, vacía.
        descripcion: la de su cabecera.
        minutos: los que pide, si los dice.
    """

    nombre: str
    seccion: str
    url: str
    descripcion: str
    minutos: int | None = None


def fichas(partes: Menu, seccion: str = "", nombre: str = "") -> Iterator[Ficha]:
    """Las de las páginas de un menú, o de una parte suya, en orden."""
    match partes:
        case str(ruta):
            yield ficha(ruta, seccion, nombre)
        case dict():
            for suyo, dentro in partes.items():
                es_seccion = isinstance(dentro, list)
                yield from fichas(dentro, seccion or suyo * es_seccion, suyo)
        case _:
            for una in partes:
                yield from fichas(una, seccion)


def ficha(ruta: str, seccion: str, nombre: str) -> Ficha:
    """La de una página, por su ruta dentro de docs/."""
    archivo = DOCS / ruta
    datos = leer_cabecera(leer_texto(archivo), archivo).datos
    url = f"{ruta.removesuffix('.md')}/".removesuffix("index/")
    quien = nombre or menu.titulo(archivo)
    return Ficha(quien, seccion, url, datos.description or "", datos.minutos)
