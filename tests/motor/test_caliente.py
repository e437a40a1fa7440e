"""El intérprete caliente hace lo que haría `python`: cada programa, en los dos, da lo mismo."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from motor.caliente import MADRE, python_de_partida
from motor.puertos import puerto_libre
from verificador import plugin
from verificador.taller import Taller
from verificador.terminal import Ejecucion, Terminal

LOGS = "print(logging.root.handlers, logging.getLogger('prefect').handlers)\n"
NIVEL = "print(get_current_settings().logging.level)\n"
LEER_NIVEL = f"from prefect.settings import get_current_settings\n{NIVEL}"
PONER_NIVEL = "import os\nos.environ['PREFECT_LOGGING_LEVEL'] = 'ERROR'\n"
QUIEN_SOY = (
    "import sys\nprint(__name__, __file__, sys.argv, sys.path[0], sys.orig_argv)\n"
)
# Cada oficio: los archivos de su carpeta y lo que se teclea en ella.
OFICIOS: dict[str, tuple[dict[str, str], str]] = {
    "un ajuste antes de importar": (
        {"a.py": PONER_NIVEL + LEER_NIVEL},
        "python a.py",
    ),
    "un ajuste después de importar": (
        {"a.py": f"import prefect\n{PONER_NIVEL}{LEER_NIVEL}"},
        "python a.py",
    ),
    "un ajuste en la carpeta": (
        {"a.py": LEER_NIVEL, "prefect.toml": '[logging]\nlevel = "WARNING"\n'},
        "python a.py",
    ),
    "los logs, según lo importado": (
        {
            "a.py": "import logging\nimport prefect_sqlalchemy\n"
            + LOGS
            + "from prefect import flow\n"
            + LOGS.replace("handlers", "level")
        },
        "python a.py",
    ),
    "los logs, ya configurados": (
        {
            "a.py": "import logging\nlogging.basicConfig(format='%(message)s')\n"
            "from prefect import flow\nlogging.warning('mío')\n"
        },
        "python a.py",
    ),
    "una interrupción mientras se espera a los hilos": (
        {
            "a.py": "import atexit, os, signal, threading\n"
            "def interrumpir():\n"
            "    os.kill(os.getpid(), signal.SIGINT)\n"
            "    threading.Event().wait(30)\n"
            "threading._register_atexit(interrumpir)\n"
            "atexit.register(print, 'se llega al final')\n"
        },
        "python a.py",
    ),
    "nada importado": (
        {"a.py": "import sys\nprint('prefect' in sys.modules)\n"},
        "python a.py",
    ),
    "nada nuestro a la vista": (
        {
            "a.py": "import sys\nfrom prefect import flow\n"
            "print([m for m in sys.modules if 'motor' in m or 'por_dentro' in m])\n"
            "import motor, prefect_por_dentro\nprint(motor.x, prefect_por_dentro.x)\n",
            "motor.py": "x = 'mío'\n",
            "prefect_por_dentro.py": "x = 'mío'\n",
        },
        "python a.py",
    ),
    "un perfil que no existe": (
        {},
        "prefect --profile no-existe config view; PREFECT_PROFILE=otro prefect config view",
    ),
    "un archivo llamado prefect": (
        {
            "a.py": "from prefect import flow\n",
            "prefect.py": "from prefect import flow",
        },
        "python a.py",
    ),
    "un paquete llamado pandas": (
        {"a.py": "import pandas\nprint(pandas.x)\n", "pandas/__init__.py": "x = 1\n"},
        "python a.py\ncd ..\npython 'mi oficio/a.py'",
    ),
    "una carpeta llamada prefect": (
        {"a.py": "from prefect import flow\nprint(flow)\n", "prefect/b.py": "1 / 0\n"},
        "python a.py | cut -c1-20",
    ),
    "un archivo llamado random": (
        {"a.py": "import random\nprint(random.x)\n", "random.py": "x = 'mío'\n"},
        "python a.py\npython -m a",
    ),
    "otro sitio donde buscar": (
        {"a.py": "import random\nprint(random.x)\n", "lib/random.py": "x = 'mío'\n"},
        "PYTHONPATH=lib python a.py",
    ),
    "otras reglas de Python": (
        {"a.py": "import warnings\nassert not 1\nwarnings.warn('aviso')\n"},
        "PYTHONOPTIMIZE=1 PYTHONWARNINGS=error python a.py",
    ),
    "quién es": (
        {"a.py": QUIEN_SOY, "c/__main__.py": QUIEN_SOY, "m/__init__.py": QUIEN_SOY},
        "python a.py x; python ./a.py; python c y; ln -s a.py b.py; python b.py; cd c; "
        "python ../a.py",
    ),
    "lo que no está": ({}, "set +e; python no_existe.py; mkdir vacia; python vacia"),
    "un archivo sin cerrar": (
        {"a.py": "archivo = open('x', 'w')\narchivo.write('hola')\nprint('fin')\n"},
        "python a.py; cat x",
    ),
    "la zona horaria": (
        {"a.py": "import time\nprint(time.strftime('%Z'))\n"},
        "TZ=America/Mexico_City python a.py; TZ=Asia/Tokyo python a.py",
    ),
    "permisos y límites": (
        {
            "a.py": "import os, resource\nopen('n', 'w')\nprint(oct(os.stat('n').st_mode),"
            " resource.getrlimit(resource.RLIMIT_NOFILE))\n"
        },
        "umask 077\nulimit -n 64\npython a.py",
    ),
    "sin entrada ni salida": (
        {"a.py": "import sys\nprint(sys.stdin, sys.stdout, file=sys.stderr)\n"},
        "python a.py <&-; python a.py >&-",
    ),
    "cómo termina": (
        {
            "mensaje.py": "import sys\nsys.exit('adiós')\n",
            "error.py": "def f():\n    return 1 / 0\n\n\nf()\n",
            "sintaxis.py": "def f(:\n",
            "golpe.py": "import os\nprint('antes')\nos._exit(3)\n",
        },
        "set +e; for p in mensaje error sintaxis golpe; do python $p.py; echo $?; done",
    ),
    "una aplicación en un zip": (
        {
            "z/__main__.py": "import sys, prefect\n"
            "print(__name__, __file__, sys.argv, sys.path[0])\n"
        },
        "python -m zipapp z -o z.pyz; python z.pyz x",
    ),
    "lo que no se puede leer": (
        {"nul.py": "print(1)\0\n"},
        "set +e; python nul.py; printf 'print(\"\\xf1\")' >latin.py; python latin.py",
    ),
    "las trazas": (
        {
            "nombre.py": "variable = 1\nprint(varible)\n",
            "b.py": "def f(:\n",
            "a.py": "import b\n",
            "propia.py": "import sys\nimport traceback\n"
            "print(sys.excepthook is sys.__excepthook__)\n"
            "sys.excepthook = lambda *e: print(traceback.format_exception(*e))\n1 / 0\n",
        },
        "set +e; for p in nombre a propia; do python $p.py; python -m $p; done",
    ),
    "python -m": (
        {
            "c/__init__.py": "",
            "c/__main__.py": QUIEN_SOY.replace(", sys.orig_argv", ""),
        },
        "set +e; echo 1 | python -m json.tool; python -m c x; python -m no; python -m c.no",
    ),
    "python -m, de un paquete que ya se importó": (
        {},
        "set +e; python -m uvicorn no_existe:app; python -m prefect config view --help",
    ),
    "python -c": (
        {"a.py": "x = 1\nfrom prefect import flow\n"},
        "set +e; python -c 'import sys; print(sorted(globals()), __name__, sys.argv, sys.path[0], "
        "__spec__, __loader__, sys.orig_argv[1:])' x y; "
        "python -c 'import a; print(a.x, a.__file__)'; python -c '1 / 0'; "
        "python -c 'def f(:'; python -c 'import sys; sys.exit(3)'; echo $?; "
        "cd ..; python -c 'import a'",
    ),
    "lo que tiene un programa": (
        {
            "a.py": "import importlib.util as u\nprint(sorted(globals()), __builtins__)\n"
            "print(u.find_spec('prefect').origin)\n"
        },
        "python a.py",
    ),
    "los logs de depuración": (
        {"a.py": "from prefect import flow\n"},
        "PREFECT_LOGGING_LEVEL=DEBUG python a.py 2>&1 | cut -c14-",
    ),
    "una señal": (
        {"a.py": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"},
        "exec python a.py",
    ),
}


@pytest.fixture(scope="module")
def calientes(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Terminal]]:
    """Una terminal con los programas de un intérprete, y otra con los de uno que nace de él."""
    taller = pytestconfig.stash[plugin.TALLER]
    madre = Path(os.environ.get(MADRE, taller.programas / "python"))
    with pytest.MonkeyPatch.context() as entorno:
        entorno.setenv(MADRE, str(madre))
        otro = Taller(tmp_path_factory.mktemp("cache"))
        hija = otro.programas / "python"
    terminales = [
        abrir(taller, tmp_path_factory.mktemp("caliente"), programas)
        for programas in (madre.parent, hija.parent)
    ]
    yield terminales
    for terminal in terminales:
        terminal.cerrar()
    otro.cerrar()


@pytest.fixture(scope="module")
def caliente(calientes: list[Terminal]) -> Terminal:
    return calientes[-1]


@pytest.fixture(scope="module")
def fria(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Terminal]:
    """La misma terminal, con el `python` de siempre."""
    taller, python = pytestconfig.stash[plugin.TALLER], Path(sys.executable)
    terminal = abrir(taller, tmp_path_factory.mktemp("fria"), python.parent, frio=True)
    yield terminal
    terminal.cerrar()


def abrir(
    taller: Taller, carpeta: Path, programas: Path, *, frio: bool = False
) -> Terminal:
    """Una terminal sin servidor, con los programas que se digan."""
    return Terminal(
        carpeta / "t",
        programas,
        puerto=puerto_libre(),
        servidor=False,
        instalada=taller.instalada,
        frio=frio,
    )


def practicar(terminal: Terminal, archivos: dict[str, str], orden: str) -> Ejecucion:
    """Teclea una orden en una carpeta nueva con esos archivos."""
    terminal.carpeta = terminal.raiz / "mi oficio"
    for nombre, texto in archivos.items():
        archivo = terminal.carpeta / nombre
        archivo.parent.mkdir(parents=True, exist_ok=True)
        archivo.write_text(texto, "utf-8")
    terminal.carpeta.mkdir(exist_ok=True)
    entorno = dict(terminal.entorno)
    ejecucion = terminal.ejecutar(orden)
    terminal.entorno = entorno
    (terminal.raiz / "mi oficio").rename(
        terminal.raiz / f"oficio {len(list(terminal.raiz.iterdir()))}"
    )
    return ejecucion


@pytest.mark.parametrize("oficio", OFICIOS)
def test_lo_mismo_que_python(
    calientes: list[Terminal], fria: Terminal, oficio: str
) -> None:
    archivos, orden = OFICIOS[oficio]
    esperada = practicar(fria, archivos, orden)
    for caliente in calientes:
        obtenida = practicar(caliente, archivos, orden)
        assert obtenida.salida.splitlines() == esperada.salida.splitlines()
        assert obtenida == esperada
    assert esperada.salida or esperada.codigo


def test_cada_programa_tiene_sus_propios_azares(caliente: Terminal) -> None:
    azar = (
        "import random\nimport numpy as np\nprint(random.random(), np.random.rand())\n"
    )
    primero, segundo = (
        practicar(caliente, {"a.py": azar}, "python a.py").salida.split()
        for _ in range(2)
    )
    assert primero[0] != segundo[0]
    assert primero[1] != segundo[1]


def test_solo_se_nace_de_otro_de_este_mismo_entorno(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    propio = pytestconfig.stash[plugin.TALLER].programas / "python"
    ajeno = tmp_path / "python"
    ajeno.write_text(propio.read_text("utf-8").replace(sys.executable, "/otro/python"))
    monkeypatch.setenv(MADRE, str(propio))
    assert python_de_partida() == str(propio)
    for otro in (ajeno, tmp_path / "ya no está"):
        monkeypatch.setenv(MADRE, str(otro))
        assert python_de_partida() == sys.executable
