"""Las figuras de una página: cada una sale de lo que acaba de ejecutar su bloque."""

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from motor import ejecuciones
from motor.apuntes import leer_asentados
from motor.ejecuciones import Flujo
from verificador.figuras import cronograma, grabacion, grafo
from verificador.pagina import Bloque
from verificador.terminal import Ejecucion, Terminal

DIBUJOS = {".grafo.svg": grafo, ".cronograma.svg": cronograma}


@dataclass
class Ilustrador:
    """Compara o redibuja las figuras de un bloque ya ejecutado."""

    terminal: Terminal
    bloque: Bloque
    ejecucion: Ejecucion

    def diferencia(self, figura: Path) -> str:
        """En qué no coincide una figura con la ejecución; vacío si coincide."""
        if figura.suffix == ".cast":
            orden, salida = self.bloque.valla.codigo, self.ejecucion.salida
            return grabacion.diferencia(figura.read_text("utf-8"), orden, salida)
        return self._mirar(figura)[0]

    def redibujar(self, figura: Path) -> None:
        """Vuelve a hacer la figura, y solo si ya no coincide con la ejecución.

        Así, redibujarlo todo no cambia en git lo que solo cambia de una vez a otra.

        Raises:
            HerramientaAusente: si falta un programa de dibujo.
        """
        if figura.suffix == ".cast":
            if self.diferencia(figura):
                orden = self.bloque.valla.codigo
                figura.write_text(grabacion.grabar(self.terminal, orden), "utf-8")
            return
        distinta, flujos = self._mirar(figura)
        if distinta:
            figura.write_text(dibujo_de(figura).dibujar(flujos), "utf-8")

    def _mirar(self, figura: Path) -> tuple[str, list[Flujo]]:
        """En qué difiere una figura de lo que ha pasado, y lo que ha pasado."""
        from prefect.client.orchestration import SyncPrefectClient

        propios = ejecuciones.identificadores(self.ejecucion.salida)
        with SyncPrefectClient(self.terminal.api) as cliente:
            flujos = leer_asentados(cliente, lambda: propios)
        escrita = figura.read_text("utf-8")
        return dibujo_de(figura).diferencia(escrita, flujos), flujos


def dibujo_de(figura: Path) -> ModuleType:
    """El módulo que lee y dibuja las figuras de esa clase."""
    return DIBUJOS["".join(figura.suffixes[-2:])]
