"""Lo que le pasa al primer programa de un lector: muchos primeros arranques, en frío.

Uso: python -m verificador.ordenes.arranques [cuántos] [--sin-ajustes]   (sin cuántos, 20)

Cada arranque estrena carpeta de Prefect y ejecuta el primer programa del tutorial con el
`python` de siempre, en una terminal. Imprime una línea por arranque y el total; termina con
error si alguno no se completa. No es una prueba: tarda minutos y depende de la máquina.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from motor.prefect_por_dentro import SIN_TELEMETRIA, TERMINA, Estado
from verificador.taller import TallerFrio

PROGRAMA = "tutorial/flow-y-task/mi_pipeline.py"
BIEN = f"{TERMINA} {Estado.COMPLETED}()"
SINTOMAS = ("database is locked", SIN_TELEMETRIA, "Traceback")


@dataclass(frozen=True)
class Arranque:
    """Cómo fue: si el flow se completó, qué se vio de malo y cuánto tardó."""

    completado: bool
    sintomas: list[str]
    segundos: float

    def __str__(self) -> str:
        final = "completado" if self.completado else "NO COMPLETADO"
        return f"{self.segundos:6.1f} s  {final:<14} {', '.join(self.sintomas) or '—'}"


def arrancar(taller: TallerFrio, con_ajustes: bool) -> Arranque:
    """Un lector nuevo, con los ajustes de la página de instalación o sin ellos."""
    terminal = taller.terminal(servidor=False, instalada=con_ajustes)
    programa = terminal.guardar(PROGRAMA)
    inicio = time.perf_counter()
    hecho = terminal.ejecutar(f"python {programa.name}")
    segundos = time.perf_counter() - inicio
    terminal.cerrar()
    completado = hecho.codigo == 0 and BIEN in hecho.salida
    return Arranque(completado, [s for s in SINTOMAS if s in hecho.salida], segundos)


def resumir(arranques: list[Arranque]) -> str:
    """La línea final: cuántos se completan, cuánto tardan y cuántos dan cada síntoma."""
    tiempos = sorted(arranque.segundos for arranque in arranques)
    partes = [
        f"{sum(a.completado for a in arranques)} de {len(arranques)} completados",
        f"de {tiempos[0]:.1f} a {tiempos[-1]:.1f} s",
        *(f"{s}: {sum(s in a.sintomas for a in arranques)}" for s in SINTOMAS),
    ]
    return "; ".join(partes)


def main() -> None:
    opciones = argparse.ArgumentParser(description="Primeros arranques, en frío.")
    opciones.add_argument("cuantos", type=int, nargs="?", default=20)
    opciones.add_argument("--sin-ajustes", action="store_true")
    elegidas = opciones.parse_args()
    arranques = []
    with tempfile.TemporaryDirectory() as cache:
        taller = TallerFrio(Path(cache))
        try:
            for numero in range(1, elegidas.cuantos + 1):
                arranques.append(arrancar(taller, not elegidas.sin_ajustes))
                print(f"{numero:3}  {arranques[-1]}", flush=True)
        finally:
            taller.cerrar()
    print(resumir(arranques))
    sys.exit(not all(arranque.completado for arranque in arranques))


if __name__ == "__main__":
    main()
