"""Qué toca un cambio: qué páginas dependen de un archivo y desde qué bloque."""

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from motor.rutas import RAIZ
from verificador.bloques import Bloque
from verificador.casa import LO_QUE_USA_EL_LECTOR
from verificador.pagina import Pagina, leer_pagina
from verificador.problemas import PaginaRota

# Con esto está hecho el propio programa: para notarlo tiene que volver a empezar.
UNO_A_UNO = threading.Lock()  # todas se leen con el mismo Markdown
DEL_PROGRAMA = (RAIZ / "motor", RAIZ / "verificador")


@dataclass
class Conocida:
    """Lo que se sabe de una página para saber si un cambio la toca.

    Attributes:
        ruta: la suya.
        pagina: como se leyó la última vez; nada, si no se pudo.
        error: por qué no se pudo.
        firmas: las de sus bloques, como estaban al ejecutarlos la última vez.
        lecturas: los archivos del proyecto que leyó cada bloque al ejecutarlo.
    """

    ruta: Path
    pagina: Pagina | None = None
    error: str = ""
    firmas: list[str] = field(default_factory=list)
    lecturas: list[set[Path]] = field(default_factory=list)

    def leer(self, *, crear_salidas: bool = False) -> None:
        """Vuelve a leerla."""
        try:
            with UNO_A_UNO:
                self.pagina = leer_pagina(self.ruta, crear_salidas=crear_salidas)
            self.error = ""
        except (PaginaRota, OSError) as error:
            self.pagina, self.error = None, str(error)

    def incluye(self, cambiados: set[Path]) -> bool:
        """Si su texto puede ser otro; el de una página rota depende de cualquier cosa."""
        if self.pagina is None:
            return True
        return not cambiados.isdisjoint({self.ruta, *self.pagina.incluidos})

    def tocado(self, cambiados: set[Path]) -> int | None:
        """El primer bloque que ya no es el que se ejecutó, o que lee algo que ha cambiado."""
        firmas = [firma(bloque) for bloque in self.pagina.bloques]
        numeros = [
            n
            for n, bloque in enumerate(self.pagina.bloques)
            if self._lee(n, bloque, cambiados)
        ]
        if firmas != self.firmas:
            pares = zip(firmas, self.firmas, strict=False)
            iguales = next((n for n, (a, b) in enumerate(pares) if a != b), None)
            numeros.append(
                min(len(firmas), len(self.firmas)) if iguales is None else iguales
            )
        return min(numeros, default=None)

    def _lee(self, numero: int, bloque: Bloque, cambiados: set[Path]) -> bool:
        """Lo que se ha visto leer a sus programas o lo que nombra, que puede leer bash."""
        leidos = self.lecturas[numero] if numero < len(self.lecturas) else set()
        del_lector = [c for c in cambiados if es_del_lector(c)]
        return any(c in leidos or c.name in bloque.valla.codigo for c in del_lector)

    def anotar(self, ejecutada: Pagina, lecturas: list[set[Path]]) -> None:
        """Se acaba de ejecutar entera.

        Args:
            ejecutada: como estaba al empezar. Mientras tanto pueden haberse reescrito sus
                salidas; si es otra cosa lo que ha cambiado, está por ejecutar.
            lecturas: los archivos del proyecto que ha leído cada bloque.
        """
        misma = self.pagina and acciones(self.pagina) == acciones(ejecutada)
        bloques = (self.pagina if misma else ejecutada).bloques
        self.firmas = [firma(bloque) for bloque in bloques]
        self.lecturas = lecturas


def firma(bloque: Bloque) -> str:
    """Resume lo que hace un bloque y lo que enseña: si cambia, hay que ejecutarlo otra vez."""
    figuras = [resumen(figura) for figura in bloque.figuras]
    salida = bloque.salida.codigo if bloque.salida else None
    return repr((accion(bloque), salida, figuras))


def accion(bloque: Bloque) -> tuple[object, ...]:
    """Lo que un bloque hace, que es lo que cuenta para los que van detrás."""
    valla = bloque.valla
    return (
        valla.lenguaje,
        valla.titulo,
        valla.codigo,
        *sorted(map(str, bloque.marcas.values())),
    )


def acciones(pagina: Pagina) -> list[tuple[object, ...]]:
    """Lo que hace cada bloque de una página."""
    return [accion(bloque) for bloque in pagina.bloques]


def resumen(archivo: Path) -> str:
    """Una huella de lo que hay en un archivo."""
    return hashlib.sha256(archivo.read_bytes()).hexdigest() if archivo.exists() else ""


def es_del_lector(ruta: Path) -> bool:
    """Si el lector tiene ese archivo en su carpeta del proyecto."""
    return any(ruta.is_relative_to(RAIZ / parte) for parte in LO_QUE_USA_EL_LECTOR)


def es_del_programa(cambiados: Iterable[Path]) -> bool:
    """Si ha cambiado el código de quien está sirviendo, y se puede volver a empezar con él."""
    propios = [
        c
        for c in cambiados
        if c.suffix == ".py" and any(d in c.parents for d in DEL_PROGRAMA)
    ]
    return bool(propios) and all(map(se_entiende, propios))


def se_entiende(archivo: Path) -> bool:
    """Si un programa no tiene errores de sintaxis; uno borrado no los tiene."""
    try:
        compile(archivo.read_bytes(), archivo, "exec")
    except FileNotFoundError:
        return True
    except (SyntaxError, ValueError) as error:
        print(
            f"{archivo.relative_to(RAIZ)}: {error}. Se sigue con lo de antes.",
            flush=True,
        )
        return False
    return True
