"""El guardián: nada sobrevive a quien lo creó, muera como muera."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from motor.espera import esperar
from motor.guardian import Guardian, procesos
from motor.rutas import RAIZ

# Crea un guardián y deja en su carpeta lo más difícil de encontrar: programas en otra
# sesión, uno con la carpeta solo en su entorno y una carpeta en la que no se puede entrar.
PROGRAMA = """
import os, subprocess, sys, time
from pathlib import Path
from motor.guardian import Guardian

carpeta = Path(sys.argv[1])
guardian = Guardian(carpeta)
lejos = {"cwd": "/", "env": {"CASA": f"{carpeta}/casa"}}
for como in ({"cwd": carpeta}, lejos):
    subprocess.Popen(["sleep", "60"], start_new_session=True, **como)
(carpeta / "cerrada" / "dentro").mkdir(parents=True)
(carpeta / "cerrada").chmod(0)
print("listo", flush=True)
time.sleep(60)
"""


@pytest.fixture
def carpeta() -> Iterator[Path]:
    nueva = Path(tempfile.mkdtemp())
    yield nueva
    shutil.rmtree(nueva, ignore_errors=True)


def dormir(**como: object) -> subprocess.Popen:
    return subprocess.Popen(["sleep", "60"], start_new_session=True, **como)


@pytest.mark.parametrize("senal", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_muera_como_muera_no_queda_nada(carpeta: Path, senal: signal.Signals) -> None:
    padre = subprocess.Popen(
        [sys.executable, "-c", PROGRAMA, carpeta],
        env={**os.environ, "PYTHONPATH": str(RAIZ)},
        stdout=subprocess.PIPE,
    )
    assert padre.stdout.readline() == b"listo\n"
    assert len(list(procesos(carpeta))) == 2
    padre.send_signal(senal)
    padre.wait()
    padre.stdout.close()
    assert esperar(lambda: not carpeta.exists(), 10)
    assert not list(procesos(carpeta))


def test_al_cerrarlo_acaba_con_lo_suyo_y_con_nada_mas(carpeta: Path) -> None:
    enlace = carpeta.with_name(f"{carpeta.name}-enlace")
    enlace.symlink_to(carpeta)
    ajeno = dormir(cwd=carpeta.parent, env={"CASA": f"{carpeta}-no"})
    with Guardian(enlace):
        suyo = dormir(cwd=carpeta)
    enlace.unlink()
    assert suyo.wait(5) == -signal.SIGKILL
    assert ajeno.poll() is None
    ajeno.kill()
    ajeno.wait()


def ignora(pid: int, senal: signal.Signals) -> bool:
    """Si un proceso ya no hace caso de una señal, según Linux."""
    estado = Path(f"/proc/{pid}/status").read_text()
    ignoradas = int(re.search(r"SigIgn:\s*(\w+)", estado)[1], 16)
    return bool(ignoradas >> (senal - 1) & 1)


def test_ninguna_senal_lo_distrae(carpeta: Path) -> None:
    senales = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    with Guardian(carpeta) as guardian:
        pid = guardian._proceso.pid
        assert esperar(lambda: all(ignora(pid, senal) for senal in senales), 20)
        for senal in senales:
            guardian._proceso.send_signal(senal)
        suyo = dormir(cwd=carpeta)
    assert guardian._proceso.returncode == 0
    assert suyo.wait(5) == -signal.SIGKILL
    assert not carpeta.exists()


def test_si_lo_matan_a_el_limpia_quien_lo_creo(carpeta: Path) -> None:
    with Guardian(carpeta) as guardian:
        guardian._proceso.kill()
        suyo = dormir(cwd=carpeta)
    assert suyo.wait(5) == -signal.SIGKILL
    assert not carpeta.exists()


def test_un_guardian_no_mata_a_otro(
    carpeta: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """El de dentro también tiene algo que limpiar: termina solo, con quien lo creó."""
    monkeypatch.setenv("CASA", str(carpeta))
    monkeypatch.chdir(carpeta)
    with Guardian(Path(tempfile.mkdtemp())) as otro:
        assert otro._proceso.pid not in {p.pid for p in procesos(carpeta)}
        assert psutil.pid_exists(otro._proceso.pid)
