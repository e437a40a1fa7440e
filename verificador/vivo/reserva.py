"""Lo que ya está en marcha cuando hace falta: un servidor de Prefect que nadie ha usado."""

import threading
from collections.abc import Callable
from pathlib import Path

from motor.servidor import ErrorDeServidor, Servidor
from verificador.taller import Taller


class TallerConReserva(Taller):
    """Un taller que, mientras nadie le pide nada, arranca el servidor siguiente."""

    def __init__(self, cache: Path, *, con_reserva: bool) -> None:
        """Prepara el taller sin arrancar nada.

        Args:
            cache: carpeta que sobrevive a la sesión.
            con_reserva: si alguna página necesita un servidor.
        """
        super().__init__(cache)
        self.con_reserva = con_reserva
        self._cerrojo = threading.Lock()
        self._reserva: Reserva | None = None

    def calentar(self) -> None:
        """Arranca lo que necesitará cualquier página."""
        _ = self.programas
        self.reponer()
        _ = self.instalada

    def reponer(self) -> None:
        """Empieza a arrancar un servidor, si hace falta y no hay ya uno; no espera."""
        if self.con_reserva and self._reserva is None:
            self._reserva = Reserva(super().servidor)

    def servidor(self) -> Servidor:
        """El de reserva; si no lo hay o se ha caído, uno nuevo."""
        reserva, self._reserva = self._reserva, None
        listo = reserva and reserva.tomar()
        return listo if listo and listo.responde() else super().servidor()

    def _carpeta_nueva(self) -> Path:
        with self._cerrojo:
            return super()._carpeta_nueva()


class Reserva(threading.Thread):
    """Un servidor que se está arrancando."""

    def __init__(self, arrancar: Callable[[], Servidor]) -> None:
        super().__init__(daemon=True)
        self._arrancar = arrancar
        self._servidor: Servidor | None = None
        self.start()

    def run(self) -> None:
        try:
            self._servidor = self._arrancar()
        except (ErrorDeServidor, OSError):
            self._servidor = (
                None  # quien lo tome arrancará otro, y dirá por qué no puede
            )

    def tomar(self) -> Servidor | None:
        """Espera a que esté; nada, si no ha podido ser."""
        self.join()
        return self._servidor
