"""La terminal de las pruebas: ningún fallo se esconde, nada queda en marcha."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from motor import guardian
from motor.espera import esperar
from motor.rutas import RAIZ
from verificador import plugin
from verificador.pantalla import texto_visible
from verificador.taller import Taller
from verificador.terminal import ErrorDeEspera, Lectura, Terminal

PAGINA = """---
description: Una página con un servicio y una orden que no acaba.
verificacion: {servidor: apagado}
---

<!--pytest.mark.servicio("listo")-->

```bash
echo listo
sleep 600
```

```bash
echo CARPETA $GUIA_RAIZ >&$TESTIGO
setsid sleep 600
```
"""


@pytest.fixture(scope="module")
def terminal(pytestconfig: pytest.Config) -> Iterator[Terminal]:
    nueva = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    yield nueva
    nueva.cerrar()


@pytest.mark.parametrize(
    "orden",
    [
        "cd no-existe && ls\necho fin",
        "python no_existe.py | head -1",
        "true | false | true",
        "python no_existe.py || true",
        "python no_existe.py || echo listo\necho fin",
        "python no_existe.py; echo fin",
        "echo $(cat no-existe)",
        "(cd /; false)\necho fin",
        "sleep 0.1 &\necho fin",
        "pyhton etl.py 2>/dev/null || python -V",
        "set +e\nfalse\necho fin",
        "f() { false; echo sí; }\nf && echo fin",
        "(false || true)\necho fin",
        "printf 'false || true' >f.sh\nsource f.sh\necho fin",
        "set +o pipefail\nfalse | cat",
        "trap - ERR DEBUG\ntrue",
        "trap 'echo adiós' EXIT",
        "exec echo fin",
        "GUIA_FALLOS=/dev/null\nfalse || true",
    ],
)
def test_ningun_fallo_se_esconde(terminal: Terminal, orden: str) -> None:
    carpeta, entorno = terminal.carpeta, dict(terminal.entorno)
    ejecucion = terminal.ejecutar(orden)
    terminal.carpeta, terminal.entorno = carpeta, entorno
    assert ejecucion.codigo


@pytest.mark.parametrize(
    "orden",
    [
        "test 1 = 1 && echo sí",
        "! false",
        "for i in 1 2; do echo $i; done",
        "if test -d data; then echo sí; fi",
        "ls | cat | head -1",
        "cat <<FIN\nhola\nFIN",
        "f() { echo hola; }\nf",
        "f() { if test -d no; then echo sí; fi; }\nf",
        "(cd /; pwd)",
    ],
)
def test_lo_que_va_bien_no_es_un_fallo(terminal: Terminal, orden: str) -> None:
    ejecucion = terminal.ejecutar(orden)
    assert ejecucion.codigo == 0, ejecucion
    assert not ejecucion.escondido


def test_sin_su_carpeta_la_terminal_lo_dice(terminal: Terminal) -> None:
    carpeta = terminal.carpeta
    terminal.ejecutar("mkdir borrada\ncd borrada\nrmdir ../borrada")
    with pytest.raises(ErrorDeEspera, match=r"ya no existe: .*/borrada"):
        terminal.ejecutar("echo hola")
    terminal.carpeta = carpeta


def test_lo_que_falla_a_escondidas_se_nombra(terminal: Terminal) -> None:
    assert terminal.ejecutar("ls no-existe || true").escondido == "ls no-existe"


def test_bash_habla_como_a_quien_teclea(terminal: Terminal) -> None:
    ejecucion = terminal.ejecutar("echo uno\npyhton etl.py")
    assert ejecucion.salida == "uno\nbash: pyhton: command not found\n"


def terminal_que_deja(taller: Taller, segundos: int) -> Terminal:
    """Una terminal en la que un programa ha terminado y ha dejado otro en marcha."""
    terminal = taller.terminal(servidor=False)
    (terminal.carpeta / "dejar.py").write_text(
        "import subprocess as s\n"
        f"s.Popen(['sleep', '{segundos}'], stdout=-3, stderr=-3, start_new_session=True)\n"
    )
    assert terminal.ejecutar("python dejar.py").codigo == 0
    assert list(guardian.procesos(terminal.base))
    return terminal


def test_lo_que_una_pagina_deja_en_marcha_se_mata_y_se_dice(
    pytestconfig: pytest.Config,
) -> None:
    terminal = terminal_que_deja(pytestconfig.stash[plugin.TALLER], 600)
    with pytest.raises(ErrorDeEspera, match="queda en marcha: sleep 600"):
        terminal.cerrar()
    assert not list(guardian.procesos(terminal.base))


def test_lo_que_se_esta_yendo_no_se_queda(pytestconfig: pytest.Config) -> None:
    terminal = terminal_que_deja(pytestconfig.stash[plugin.TALLER], 1)
    terminal.cerrar()
    assert not list(guardian.procesos(terminal.base))


def test_en_una_terminal_los_programas_ven_una_terminal(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False, tty=True)
    ejecucion = terminal.ejecutar(
        "test -t 0 && test -t 1 && test -t 2 && stty size\n"
        "printf 'antes\\rdes\\n\\033[31mrojo\\033[0m\\nborrado\\033[2K\\rnuevo\\n'"
    )
    terminal.cerrar()
    assert ejecucion.salida == "24 80\ndeses\nrojo\nnuevo\n"


@pytest.mark.parametrize(
    ("escrito", "queda"),
    [
        ("uno\r\ndos\r\n", "uno\ndos\n"),
        ("10 %\r100 %\r\n", "100 %\n"),
        ("uno\r\ndos\r\n\x1b[1A\x1b[2Ktres\r\n", "uno\ntres\n"),
        ("uno\r\ndos\r\n\x1b[2A\x1b[J", ""),
        ("\x1b]0;título\x07hola\x1b[?25l\b!", "hol!"),
        ("a\x1b[5Gb", "a   b"),
        ("abcdef\x1b[3G\x1b[K", "ab"),
    ],
)
def test_queda_lo_que_se_lee_en_la_pantalla(escrito: str, queda: str) -> None:
    assert texto_visible(escrito) == queda


@pytest.mark.parametrize(
    "senales",
    [[signal.SIGTERM], [signal.SIGKILL], [signal.SIGHUP], [signal.SIGINT] * 2],
    ids=["TERM", "KILL", "HUP", "Ctrl+C dos veces"],
)
def test_muera_como_muera_no_queda_nada(
    tmp_path: Path, senales: list[signal.Signals]
) -> None:
    pagina = tmp_path / "pagina.md"
    testigo = tmp_path / "testigo"
    pagina.write_text(PAGINA.replace("&$TESTIGO", f" {testigo}"), "utf-8")
    orden = [sys.executable, "-m", "pytest", "-p", "verificador.plugin", "-qx"]
    pruebas = subprocess.Popen(
        [*orden, "-c", RAIZ / "pyproject.toml", pagina],
        cwd=RAIZ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    lectura = Lectura(os.dup(pruebas.stdout.fileno()))
    assert esperar(lambda: escrito(testigo) or pruebas.poll() is not None, 90)
    assert pruebas.poll() is None, lectura.texto
    raiz = testigo.read_text().strip().removeprefix("CARPETA ")
    carpeta = Path(raiz).parents[2]  # la de la sesión
    assert list(guardian.procesos(carpeta)), lectura.texto
    for senal in senales:
        pruebas.send_signal(senal)
        time.sleep(0.3)  # la segunda, mientras atiende a la primera
    pruebas.wait(60)
    assert esperar(
        lambda: not carpeta.exists() and not list(guardian.procesos(carpeta)), 20
    )


def escrito(archivo: Path) -> bool:
    """Si ya está entera la línea que alguien deja en un archivo."""
    return archivo.exists() and archivo.read_text().endswith("\n")
