"""Hace con una unidad lo que haría systemd: arrancarla, detenerla y ver cómo ha acabado."""

import configparser
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
from dotenv import dotenv_values
from prefect.settings import get_current_settings

CARPETA = Path(__file__).parent
EN_MARCHA = ("dashboard", "started!")  # lo que dicen el servidor y el worker
# Los finales que «Restart=on-failure» da por buenos, según el manual de systemd.
LIMPIOS = {0, -signal.SIGHUP, -signal.SIGINT, -signal.SIGTERM, -signal.SIGPIPE}


def leer(unidad: Path) -> tuple[list[str], dict[str, str | None]]:
    """La orden de una unidad, con el programa de este entorno, y sus variables."""
    leida = configparser.ConfigParser(interpolation=None)
    leida.read_string(unidad.read_text("utf-8"))
    servicio = leida["Service"]
    programa, *resto = servicio["ExecStart"].split()
    variables = CARPETA / Path(servicio["EnvironmentFile"]).name
    orden = [str(Path(sys.executable).with_name(Path(programa).name)), *resto]
    return orden, dotenv_values(variables)


def esperar(proceso: subprocess.Popen[str]) -> bool:
    """Espera a que atienda; si acaba antes, enseña la primera línea de lo que dijo."""
    dicho = []
    for linea in proceso.stdout:
        dicho.append(linea.strip())
        if any(texto in linea for texto in EN_MARCHA):
            with httpx.Client(transport=httpx.HTTPTransport(retries=6)) as paciente:
                paciente.get(f"{get_current_settings().api.url}/health")
            return True
    print("   ", next(filter(None, dicho)))
    return False


def probar(unidad: Path, senal: signal.Signals) -> bool:
    """La arranca, le manda una señal si llega a atender y dice si systemd la repetiría."""
    orden, variables = leer(unidad)
    with subprocess.Popen(
        orden,
        cwd=CARPETA,
        env=os.environ | variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as proceso:
        if atiende := esperar(proceso):
            proceso.send_signal(senal)
        proceso.communicate()
    codigo = proceso.returncode
    final = f"código {codigo}" if codigo >= 0 else signal.Signals(-codigo).name
    repetir = "no se repite" if codigo in LIMPIOS else "se repite"
    print(f"{senal.name if atiende else 'sin señal'}: acaba con {final}, {repetir}")
    return atiende


if __name__ == "__main__":
    for enviada in (signal.SIGTERM, signal.SIGKILL):
        if not probar(CARPETA / sys.argv[1], enviada):
            break
