"""Las figuras de una página: cada una sale de lo que acaba de ejecutar su bloque."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Protocol

from motor import ejecuciones
from motor.apuntes import leer_asentados
from motor.ejecuciones import Flujo
from verificador.banco import publicado
from verificador.figuras import cronograma, esquema, grabacion, grafica, grafo
from verificador.figuras.clases import ClaseDeFigura, clase_de, nombre_de
from verificador.pagina import Bloque, Pagina
from verificador.terminal import Ejecucion, Terminal


@dataclass
class Ilustrador:
    """Compara o redibuja las figuras de un bloque ya ejecutado."""

    pagina: Pagina
    terminal: Terminal
    bloque: Bloque
    ejecucion: Ejecucion

    @property
    def orden(self) -> str:
        """Lo que se ha tecleado."""
        return self.bloque.valla.codigo

    @cached_property
    def flujos(self) -> list[Flujo]:
        """Los flow runs de la ejecución, cuando todo está apuntado."""
        from prefect.client.orchestration import SyncPrefectClient

        propios = ejecuciones.identificadores(self.ejecucion.salida)
        with SyncPrefectClient(self.terminal.api) as cliente:
            return leer_asentados(cliente, lambda: propios)

    def diferencia(self, figura: Path) -> str:
        """En qué no coincide una figura con la ejecución; vacío si coincide."""
        return OFICIOS[clase_de(figura)].diferencia(figura, self)

    def redibujar(self, figura: Path) -> None:
        """Vuelve a hacer la figura, y solo si ya no coincide con la ejecución.

        Así, redibujarlo todo no cambia en git lo que solo cambia de una vez a otra.

        Raises:
            HerramientaAusente: si falta un programa de dibujo.
        """
        if self.diferencia(figura):
            figura.write_text(OFICIOS[clase_de(figura)].hacer(figura, self), "utf-8")


class Oficio(Protocol):
    """Cómo se compara y cómo se hace una clase de figura."""

    def diferencia(self, figura: Path, hecho: Ilustrador) -> str:
        """En qué no coincide una figura con lo que ha pasado; vacío si coincide."""

    def hacer(self, figura: Path, hecho: Ilustrador) -> str:
        """La figura de lo que ha pasado."""


@dataclass(frozen=True)
class Dibujo:
    """Las que se dibujan con lo que el servidor ha apuntado; el módulo las lee y las hace."""

    modulo: ModuleType

    def diferencia(self, figura: Path, hecho: Ilustrador) -> str:
        return self.modulo.diferencia(figura.read_text("utf-8"), hecho.flujos)

    def hacer(self, figura: Path, hecho: Ilustrador) -> str:
        return self.modulo.dibujar(hecho.flujos)


class Grabacion:
    """Las que vuelven a teclear la orden, en una terminal de verdad."""

    def diferencia(self, figura: Path, hecho: Ilustrador) -> str:
        escrita = figura.read_text("utf-8")
        return grabacion.diferencia(escrita, hecho.orden, hecho.ejecucion.salida)

    def hacer(self, figura: Path, hecho: Ilustrador) -> str:
        return grabacion.grabar(hecho.terminal, hecho.orden)


class Declarado:
    """Los esquemas, que declara la página; que digan la verdad lo comprueban sus pruebas."""

    def diferencia(self, figura: Path, hecho: Ilustrador) -> str:
        declarado = hecho.pagina.esquemas[nombre_de(figura)]
        return esquema.diferencia(figura.read_text("utf-8"), declarado)

    def hacer(self, figura: Path, hecho: Ilustrador) -> str:
        return esquema.dibujar(hecho.pagina.esquemas[nombre_de(figura)])


class Medida:
    """Las gráficas, que salen de lo que midió el banco: está en un archivo, a su lado."""

    def diferencia(self, figura: Path, hecho: Ilustrador) -> str:
        return grafica.diferencia(
            figura.read_text("utf-8"), publicado.de_figura(figura)
        )

    def hacer(self, figura: Path, hecho: Ilustrador) -> str:
        return grafica.dibujar(publicado.de_figura(figura))


# Las capturas no: las hace un navegador, véase `album`.
OFICIOS: dict[ClaseDeFigura, Oficio] = {
    ClaseDeFigura.GRAFO: Dibujo(grafo),
    ClaseDeFigura.CRONOGRAMA: Dibujo(cronograma),
    ClaseDeFigura.GRABACION: Grabacion(),
    ClaseDeFigura.ESQUEMA: Declarado(),
    ClaseDeFigura.GRAFICA: Medida(),
}
