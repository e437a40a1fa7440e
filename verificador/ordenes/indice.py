"""Qué archivos enseña cada página y cómo se compara cada salida.

Uso: python -m verificador.ordenes.indice   (lo imprime en JSON, para quien mira otra copia)
"""

from pathlib import Path

from pydantic import BaseModel

from verificador import album
from verificador.origen import relativa
from verificador.pagina import Pagina, leer_pagina, paginas
from verificador.problemas import PaginaRota


class Salida(BaseModel):
    """Cómo compara su página una salida: véase `salidas.diferencia`."""

    sin_orden: bool = False
    declarados: list[str] = []


class Indice(BaseModel):
    """Todo con rutas desde la raíz.

    Attributes:
        paginas: los archivos que enseña cada página, ella incluida.
        salidas: las salidas esperadas.
    """

    paginas: dict[str, set[str]] = {}
    salidas: dict[str, Salida] = {}

    def que_ensenan(self, archivo: str) -> list[str]:
        """Las páginas que enseñan un archivo."""
        return [p for p, archivos in self.paginas.items() if archivo in archivos]


def leer() -> Indice:
    """El índice de este proyecto; de una página que no se puede leer, solo ella misma."""
    indice = Indice()
    for ruta in paginas():
        try:
            apuntar(leer_pagina(ruta), indice)
        except PaginaRota:
            indice.paginas[nombre(ruta)] = {nombre(ruta)}
    return indice


def apuntar(pagina: Pagina, indice: Indice) -> None:
    """Añade una página al índice."""
    fotos = {
        album.foto(figura, tema)
        for bloque in pagina.bloques
        for figura in album.capturas_de(bloque)
        for tema in album.TEMAS
    }
    propios = {pagina.ruta, *pagina.incluidos, *fotos}
    indice.paginas[nombre(pagina.ruta)] = set(map(nombre, propios))
    for bloque in pagina.bloques:
        for archivo in bloque.salida.archivos if bloque.salida else ():
            indice.salidas[nombre(archivo)] = Salida(
                sin_orden="sin_orden" in bloque.marcas, declarados=bloque.declarados
            )


def nombre(ruta: Path) -> str:
    """La ruta desde la raíz, como se escribe en cualquier sistema."""
    return relativa(ruta).as_posix()


if __name__ == "__main__":
    print(leer().model_dump_json())
