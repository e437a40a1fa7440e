"""Cómo está cada bloque de cada página, para quien lo mira en la terminal o en el navegador."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from verificador.bloques import Bloque
from verificador.pagina import Pagina


class Estado(StrEnum):
    """Lo que se sabe de un bloque; es lo que se lee en su marca."""

    PENDIENTE = "sin comprobar"
    EN_ESPERA = "en espera"
    EJECUTANDO = "ejecutándose"
    GUARDADO = "guardado"  # un archivo que ninguna orden ha leído todavía
    VERIFICADO = "verificado"
    ROTO = "roto"
    APARTE = "no se ejecuta"


@dataclass(frozen=True)
class Situacion:
    """Un estado y, si hace falta, por qué."""

    estado: Estado = Estado.PENDIENTE
    motivo: str = ""


@dataclass
class Ficha:
    """Lo que se sabe de una página.

    Attributes:
        pagina: como está ahora; nada, si no se puede leer.
        bloques: la situación de cada uno, en su orden.
        vallas: de cada bloque publicado, el número del suyo en `bloques` (la salida de una
            orden está como ella) y su línea.
        problemas: los de la página entera.
        version: cambia cada vez que cambia algo de lo demás.
    """

    pagina: Pagina | None = None
    bloques: list[Situacion] = field(default_factory=list)
    vallas: list[tuple[int, int]] = field(default_factory=list)
    problemas: list[str] = field(default_factory=list)
    version: int = 0

    def publicar(self) -> dict[str, object]:
        """La ficha como la lee el navegador."""
        return {
            "version": self.version,
            "problemas": self.problemas,
            "bloques": [
                {
                    "bloque": numero,
                    "linea": linea,
                    "estado": self.bloques[numero].estado,
                    "motivo": self.bloques[numero].motivo,
                }
                for numero, linea in self.vallas
            ],
        }


class Pizarra:
    """Las fichas de todas las páginas; la usan a la vez quien repasa y quien sirve."""

    def __init__(self) -> None:
        self._fichas: dict[Path, Ficha] = {}
        self._cambio = threading.Condition()
        self._version = 0

    def leer(self, ruta: Path, desde: int, limite_s: float) -> dict[str, object] | None:
        """La ficha de una página, en cuanto no sea la que ya se conoce.

        Args:
            ruta: la página.
            desde: la última versión que se conoce; 0, ninguna.
            limite_s: lo que se espera a que cambie, en segundos.

        Returns:
            Lo que se publica de ella; nada, si nadie la conoce.
        """
        with self._cambio:
            self._cambio.wait_for(lambda: self._de(ruta).version != desde, limite_s)
            return self._fichas[ruta].publicar() if ruta in self._fichas else None

    def situacion(self, ruta: Path) -> list[Situacion]:
        """Cómo está cada bloque de una página."""
        with self._cambio:
            return list(self._de(ruta).bloques)

    def estrenar(self, pagina: Pagina, desde: int) -> None:
        """La página ha cambiado a partir de un bloque: de los anteriores vale lo sabido."""
        with self._cambio:
            sabido = self._de(pagina.ruta).bloques[:desde]
            faltan = pagina.bloques[len(sabido) :]
            ficha = Ficha(
                pagina, [*sabido, *map(de_partida, faltan)], vallas_de(pagina)
            )
            self._guardar(pagina.ruta, ficha)

    def romper(self, ruta: Path, motivo: str) -> None:
        """La página no se puede leer; lo que se sabía de sus bloques valdrá si vuelve igual."""
        with self._cambio:
            sabido = self._de(ruta).bloques
            self._guardar(ruta, Ficha(bloques=sabido, problemas=[motivo]))

    def poner(
        self,
        pagina: Pagina,
        numero: int,
        situacion: Situacion,
        *,
        si_esta: Estado | None = None,
    ) -> bool:
        """Apunta cómo está un bloque, si la página no ha cambiado desde que se leyó.

        Args:
            pagina: la que se está ejecutando.
            numero: el del bloque.
            situacion: cómo está.
            si_esta: el único estado que puede cambiar; si no se dice, cualquiera.

        Returns:
            Si es una novedad.
        """
        with self._cambio:
            ficha = self._de(pagina.ruta)
            if ficha.pagina is not pagina or ficha.bloques[numero] == situacion:
                return False
            if si_esta not in (None, ficha.bloques[numero].estado):
                return False
            ficha.bloques[numero] = situacion
            self._guardar(pagina.ruta, ficha)
            return True

    def quejarse(self, pagina: Pagina, problemas: Sequence[str]) -> None:
        """Apunta los problemas de la página entera, si no ha cambiado desde que se leyó."""
        with self._cambio:
            ficha = self._de(pagina.ruta)
            if ficha.pagina is pagina:
                ficha.problemas = list(problemas)
                self._guardar(pagina.ruta, ficha)

    def _de(self, ruta: Path) -> Ficha:
        return self._fichas.get(ruta) or Ficha()

    def _guardar(self, ruta: Path, ficha: Ficha) -> None:
        self._version += 1
        ficha.version = self._version
        self._fichas[ruta] = ficha
        self._cambio.notify_all()


def de_partida(bloque: Bloque) -> Situacion:
    """Cómo está un bloque antes de que nadie lo ejecute."""
    if bloque.clase == "ilustrativo":
        motivo = bloque.marcas["skip"].kwargs.get("reason", "")
        return Situacion(Estado.APARTE, motivo)
    if bloque.clase == "prueba":
        return Situacion(Estado.APARTE, "lo ejecuta «make test»")
    return Situacion()


def vallas_de(pagina: Pagina) -> list[tuple[int, int]]:
    """De cada bloque publicado, en orden, el número del suyo y su línea."""
    todas = []
    for numero, bloque in enumerate(pagina.bloques):
        for valla in filter(None, (bloque.valla, bloque.salida)):
            todas.append((valla.inicio, numero, valla.origen.linea))
    return [(numero, linea) for _, numero, linea in sorted(todas)]
