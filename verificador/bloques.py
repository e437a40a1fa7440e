"""Los bloques de una página: cada valla con sus marcas, su salida y sus figuras."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from motor.rutas import SNIPPETS
from verificador.figuras.clases import clase_de
from verificador.marcas import SALIDA, Marca, leer_marcas
from verificador.problemas import Problema, exigir
from verificador.texto import Linea
from verificador.vallas import Valla

PYTHON = {"python", "py", "python3"}
SHELL = {"bash", "sh", "shell"}
TITULO = re.compile(r"[\w.][\w.-]*(/[\w.][\w.-]*)*")
DE_UNA_ORDEN = ("falla", "servicio", "sin_orden", "varia")
DE_UNA_SALIDA = ("sin_orden", "varia")
DE_LO_QUE_IMPRIME = ("varia", "resalta")  # pueden ir encima de la salida


@dataclass
class Bloque:
    """Una valla con lo que la página declara de ella."""

    valla: Valla
    marcas: dict[str, Marca] = field(default_factory=dict)
    salida: Valla | None = None
    figuras: list[Path] = field(default_factory=list)  # lo que se dibuja al ejecutarlo

    @property
    def linea(self) -> int:
        return self.valla.origen.linea

    @property
    def clase(self) -> str:
        """Qué se hace con él: `ejecutado`, `archivo`, `prueba`, `ilustrativo` o `sin clase`."""
        if "skip" in self.marcas:
            return "ilustrativo"
        if "prueba" in self.marcas:
            return "prueba"
        if self.valla.lenguaje in PYTHON | SHELL:
            return "ejecutado"
        if self.valla.titulo:
            return "archivo"
        return "sin clase"

    @property
    def declarados(self) -> tuple[str, ...]:
        """Lo que la página dice que varía en lo que imprime su programa."""
        return self.marcas["varia"].args if "varia" in self.marcas else ()

    @property
    def resaltable(self) -> Valla | None:
        """Dónde están las líneas que nombra su marca «resalta»: el programa o la salida."""
        return self.valla if self.valla.titulo else self.salida

    @property
    def es_orden(self) -> bool:
        """Si es lo que el lector teclea en la terminal."""
        de_terminal = self.valla.lenguaje in SHELL and not self.valla.titulo
        return self.clase == "ejecutado" and de_terminal


def emparejar(lineas: list[Linea], vallas: list[Valla]) -> list[Bloque]:
    """Da a cada bloque las marcas que lo preceden y la salida que lo sigue.

    Raises:
        PaginaRota: si una marca no se entiende o no tiene bloque, o un título no vale.
    """
    marcas, problemas = leer_marcas(lineas, vallas)
    reparto = Reparto()
    principios = {valla.inicio: valla for valla in vallas}
    fin = 0
    for numero, (texto, _) in enumerate(lineas):
        if valla := principios.get(numero):
            reparto.dar(valla)
            fin = valla.fin
        elif numero in marcas:
            reparto.pendientes.append(marcas[numero])
        elif numero >= fin and texto.strip(" \t>"):
            reparto.soltar()
    reparto.soltar()
    problemas += reparto.problemas
    for bloque in reparto.bloques:
        problemas += marcas_que_no_valen(bloque)
    exigir([*problemas, *titulos_que_no_valen(vallas)])
    return reparto.bloques


@dataclass
class Reparto:
    """Las marcas leídas que esperan su bloque, y los bloques que ya tienen las suyas."""

    bloques: list[Bloque] = field(default_factory=list)
    pendientes: list[Marca] = field(default_factory=list)
    problemas: list[Problema] = field(default_factory=list)

    def soltar(self) -> None:
        """Llega texto: ninguna marca puede quedar esperando."""
        remedio = "ponla justo encima de su bloque, o bórrala."
        self._quejarse_de(self.pendientes, "no tiene un bloque detrás", remedio)
        self.pendientes = []

    def dar(self, valla: Valla) -> None:
        """Llega un bloque: las marcas pendientes son suyas."""
        marcas, self.pendientes = self.pendientes, []
        if any(marca.nombre == SALIDA for marca in marcas):
            self._dar_salida(valla, marcas)
        else:
            self.bloques.append(Bloque(valla))
            self._apuntar(marcas)

    def _dar_salida(self, valla: Valla, marcas: list[Marca]) -> None:
        orden = self.bloques[-1] if self.bloques else None
        if queja := salida_que_no_vale(orden, valla):
            remedio = "la salida va detrás de su orden, en un bloque ```text."
            self.problemas.append(Problema(valla.origen, queja, remedio))
            return
        orden.salida = valla
        ajenas = [m for m in marcas if m.nombre not in (SALIDA, *DE_LO_QUE_IMPRIME)]
        remedio = "ponla encima del bloque de la orden."
        self._quejarse_de(ajenas, "va antes de la orden, no de su salida", remedio)
        de_salida = [m for m in marcas if m.nombre == SALIDA]
        self._quejarse_de(de_salida[1:], "está repetida", "deja una sola.")
        self._apuntar([m for m in marcas if m.nombre in DE_LO_QUE_IMPRIME])

    def _apuntar(self, marcas: list[Marca]) -> None:
        propias = self.bloques[-1].marcas
        for marca in marcas:
            if marca.nombre in propias:
                self._quejarse_de([marca], "está repetida", "deja una sola.")
            propias[marca.nombre] = marca

    def _quejarse_de(self, marcas: list[Marca], que: str, remedio: str) -> None:
        self.problemas += [
            Problema(m.origen, f"la marca «{m}» {que}", remedio) for m in marcas
        ]


def salida_que_no_vale(orden: Bloque | None, valla: Valla) -> str:
    """Por qué un bloque no puede ser la salida de otro; vacío si puede."""
    if orden is None:
        return "una salida esperada sin ninguna orden antes"
    if orden.salida:
        return f"la orden de {orden.valla.origen} ya tiene otra salida esperada"
    if not orden.es_orden:
        return f"una salida esperada tras {orden.valla.origen}, que no es una orden"
    if valla.lenguaje in PYTHON | SHELL or valla.titulo is not None:
        return f"una salida esperada en un bloque «{valla.lenguaje}» o con título"
    return ""


def marcas_que_no_valen(bloque: Bloque) -> Iterator[Problema]:
    """Las marcas que no harían nada en su bloque."""
    marcas = bloque.marcas
    if "skip" in marcas and len(marcas) > 1:
        que = "un bloque que no se ejecuta no puede llevar más marcas que «skip»"
        yield Problema(bloque.valla.origen, que, "quita las demás.")
        return
    if "resalta" in marcas and not bloque.resaltable:
        que = "la marca «resalta» es de los programas, que llevan title=, y de las salidas"
        yield Problema(marcas["resalta"].origen, que, "ponla encima de su bloque.")
    if {"falla", "servicio"} <= marcas.keys():
        que = "un servicio no termina: no puede llevar también «falla»"
        yield Problema(bloque.valla.origen, que, "quita una de las dos marcas.")
    for nombre in marcas.keys() & set(DE_UNA_ORDEN):
        que = f"la marca «{nombre}» es de las órdenes, y este bloque no lo es"
        if bloque.es_orden and nombre in DE_UNA_SALIDA and not bloque.salida:
            que = f"la marca «{nombre}» no tiene salida esperada a la que aplicarse"
        elif bloque.es_orden:
            continue
        yield Problema(marcas[nombre].origen, que, "quítala, o ponla en su bloque.")


def titulos_que_no_valen(vallas: list[Valla]) -> Iterator[Problema]:
    """Los títulos que no nombran un archivo de la carpeta, o nombran dos veces el mismo."""
    vistos: dict[str, str] = {}
    for valla in vallas:
        titulo = valla.titulo
        if titulo is None:
            continue
        if not TITULO.fullmatch(titulo) or {"..", "."} & set(titulo.split("/")):
            que = f"el título «{titulo}» no es un archivo de la carpeta del lector"
            remedio = 'escribe solo su nombre, como title="etl_ventas.py".'
            yield Problema(valla.origen, que, remedio)
            continue
        otro = vistos.setdefault(titulo.casefold(), titulo)
        if otro != titulo:
            que = f"«{titulo}» y «{otro}» serían el mismo archivo en algunos equipos"
            yield Problema(valla.origen, que, "escribe siempre igual su nombre.")


def repartir_figuras(
    lineas: list[Linea], bloques: list[Bloque], propias: Path | None
) -> None:
    """Asigna cada figura a la orden que la precede o, si no hay, a la primera que la sigue.

    Las que se enseñan de otra página no son de ninguna: las comprueba la suya.

    Args:
        lineas: el texto de la página.
        bloques: los de la página.
        propias: la carpeta de snippets/ de la página; ninguna, si no es de docs/.

    Raises:
        PaginaRota: si la página no tiene órdenes.
    """
    ordenes = [b for b in bloques if b.es_orden]
    for numero, (_, origen) in enumerate(lineas):
        if origen is None or not clase_de(origen.archivo):
            continue
        if de_otra_pagina(origen.archivo, propias):
            continue
        if not ordenes:
            que = "ninguna orden de la página produce esta figura"
            exigir([Problema(origen, que, "añade la orden, o quita la figura.")])
        previas = [b for b in ordenes if b.valla.inicio < numero]
        figuras = (previas[-1] if previas else ordenes[0]).figuras
        if origen.archivo not in figuras:
            figuras.append(origen.archivo)


def de_otra_pagina(figura: Path, propias: Path | None) -> bool:
    """Si una figura está en la carpeta de snippets/ de otra página."""
    return (
        bool(propias) and figura.is_relative_to(SNIPPETS) and figura.parent != propias
    )
