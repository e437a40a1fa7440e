"""Las figuras de una página: cada una sale de lo que acaba de ejecutar su bloque."""

import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from motor import ejecuciones
from motor.apuntes import esperar_apuntes
from motor.ejecuciones import Flujo
from verificador.figuras import cronograma, grabacion, grafo
from verificador.pagina import Bloque
from verificador.terminal import Ejecucion, Terminal

DIBUJOS = {".grafo.svg": grafo, ".cronograma.svg": cronograma}
APUNTES_S = 8  # lo que se espera a que el servidor apunte lo que ya ha recibido
# Lo último puede estar aún en camino: si en este tiempo no cambia nada, lo que hay es lo
# que hubo.
CALMA_S = 1
CADA_S = 0.2


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
        """Lee lo que el servidor sabe de la ejecución hasta que coincida o no vaya a cambiar."""
        from prefect.client.orchestration import SyncPrefectClient

        propios = ejecuciones.identificadores(self.ejecucion.salida)
        antes, limite = None, 0.0
        with SyncPrefectClient(self.terminal.api) as cliente:
            esperar_apuntes(cliente, time.monotonic() + APUNTES_S)
            while True:
                flujos = [ejecuciones.leer(cliente, flow_run) for flow_run in propios]
                if flujos != antes:
                    antes, limite = flujos, time.monotonic() + CALMA_S
                distinta = dibujo_de(figura).diferencia(
                    figura.read_text("utf-8"), flujos
                )
                if not distinta or time.monotonic() > limite:
                    return distinta, flujos
                time.sleep(CADA_S)


def dibujo_de(figura: Path) -> ModuleType:
    """El módulo que lee y dibuja las figuras de esa clase."""
    return DIBUJOS["".join(figura.suffixes[-2:])]
