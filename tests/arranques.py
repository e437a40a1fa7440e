"""Lo que le pasa al primer programa de un lector: muchos primeros arranques, en frío.

Uso: python tests/arranques.py [cuántos] [--sin-ajustes]   (sin cuántos, 20)

Cada arranque estrena carpeta de Prefect y terminal, teclea los ajustes de la página de
instalación y ejecuta el primer programa del tutorial con `python`, sin nada de lo que
prepara el verificador. Imprime una línea por arranque y el total; termina con error si
alguno no se completa. No es una prueba: tarda minutos y depende de la máquina.
"""

import argparse
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from verificador.figuras.grabacion import CONTROL
from verificador.pagina import DOCS, SNIPPETS

PAGINA = DOCS / "tutorial" / "instalacion.md"
PROGRAMA = SNIPPETS / "tutorial" / "flow-y-task" / "mi_pipeline.py"
BIEN = "Finished in state Completed()"
SINTOMAS = ("database is locked", "Failed to send telemetry", "Traceback")


@dataclass(frozen=True)
class Hecho:
    """Lo que dejó una orden: su código, lo que se vio en la terminal y cuánto tardó."""

    codigo: int
    salida: str
    segundos: float


def ajustes() -> list[str]:
    """La orden de la página de instalación que guarda los ajustes.

    Raises:
        ValueError: si la página no la tiene, o la tiene más de una vez.
    """
    (orden,) = re.findall(
        r"^```bash\n(prefect config set .+)\n```$", PAGINA.read_text("utf-8"), re.M
    )
    return orden.split()


def aislado(casa: Path) -> dict[str, str]:
    """El entorno de quien estrena equipo: una carpeta propia y ningún ajuste heredado."""
    return {
        "HOME": str(casa),
        "PREFECT_HOME": str(casa / ".prefect"),
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }


def en_una_terminal(orden: list[str], carpeta: Path, entorno: dict[str, str]) -> Hecho:
    """Ejecuta una orden conectada a una pseudoterminal, como la ve quien la teclea."""
    ajena, propia = pty.openpty()
    inicio = time.perf_counter()
    with subprocess.Popen(
        ["/usr/bin/env", *orden],
        cwd=carpeta,
        env=entorno,
        stdin=propia,
        stdout=propia,
        stderr=propia,
        start_new_session=True,
    ) as proceso:
        os.close(propia)
        salida = leer(ajena)
    return Hecho(proceso.returncode, salida, time.perf_counter() - inicio)


def leer(descriptor: int) -> str:
    """Lo que se lee en una pseudoterminal, sin colores, hasta que nadie escribe en ella."""
    trozos = []
    try:
        while trozo := os.read(descriptor, 4096):
            trozos.append(trozo)
    except OSError:  # así avisa Linux de que el otro lado se ha cerrado
        pass
    finally:
        os.close(descriptor)
    return CONTROL.sub("", b"".join(trozos).decode("utf-8", "replace"))


def arrancar(con_ajustes: bool) -> Hecho:
    """Un lector nuevo ejecuta su primer programa.

    Raises:
        RuntimeError: si los ajustes no se guardan.
    """
    with tempfile.TemporaryDirectory(prefix="arranque-") as temporal:
        carpeta = Path(temporal)
        entorno = aislado(carpeta)
        shutil.copy(PROGRAMA, carpeta)
        if con_ajustes:
            guardado = en_una_terminal(ajustes(), carpeta, entorno)
            if guardado.codigo:
                raise RuntimeError(guardado.salida)
        return en_una_terminal(["python", PROGRAMA.name], carpeta, entorno)


def completado(hecho: Hecho) -> bool:
    return hecho.codigo == 0 and BIEN in hecho.salida


def contar(hecho: Hecho) -> str:
    """Una línea: segundos, si se completó y los síntomas que se vieron."""
    vistos = [sintoma for sintoma in SINTOMAS if sintoma in hecho.salida]
    final = "completado" if completado(hecho) else "NO COMPLETADO"
    return f"{hecho.segundos:6.1f} s  {final:<14} {', '.join(vistos) or '—'}"


def resumir(hechos: list[Hecho]) -> str:
    """La línea final: cuántos se completan, cuánto tardan y cuántos dan cada síntoma."""
    tiempos = sorted(hecho.segundos for hecho in hechos)
    partes = [
        f"{sum(map(completado, hechos))} de {len(hechos)} completados",
        f"de {tiempos[0]:.1f} a {tiempos[-1]:.1f} s",
    ]
    for sintoma in SINTOMAS:
        partes.append(f"{sintoma}: {sum(sintoma in h.salida for h in hechos)}")
    return "; ".join(partes)


def main() -> None:
    opciones = argparse.ArgumentParser(description="Primeros arranques, en frío.")
    opciones.add_argument("cuantos", type=int, nargs="?", default=20)
    opciones.add_argument("--sin-ajustes", action="store_true")
    elegidas = opciones.parse_args()
    hechos = []
    for numero in range(1, elegidas.cuantos + 1):
        hechos.append(arrancar(not elegidas.sin_ajustes))
        print(f"{numero:3}  {contar(hechos[-1])}", flush=True)
    print(resumir(hechos))
    sys.exit(not all(map(completado, hechos)))


if __name__ == "__main__":
    main()
