"""Los esquemas de las páginas: cada flecha es algo que hacen los procesos, y no hay más.

Se mira en frío, que es como lo tiene el lector: quién se conecta con el servidor, quién tiene
abierta la base de datos y quién ha lanzado a quién. No se dibuja el canal por el que un worker
puede detener el flow que ha lanzado.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from consultas import servir_prefect

from motor import guardian
from motor import prefect_por_dentro as por_dentro
from motor.puertos import puerto_libre
from motor.rutas import DOCS
from verificador import plugin
from verificador.pagina import leer_pagina, paginas
from verificador.terminal import Terminal

Flechas = set[tuple[str, ...]]
# Con qué se reconoce en su línea de órdenes al proceso de cada pieza.
PROCESOS = {
    "python etl_ventas.py": "etl_ventas.py",
    "servidor": "server start",
    "prefect deploy": "deploy",
    "worker": "worker start",
    "tu flow": "-m prefect.",
}
NAVEGADOR, BASE = "navegador", por_dentro.BASE_DE_DATOS
MIRADA_S = 0.1


@pytest.fixture(scope="module")
def fria(pytestconfig: pytest.Config) -> Iterator[Terminal]:
    """Una terminal como la del lector, con su servidor y su base de datos.

    Está en la carpeta del taller, que vigila el guardián: no queda nada muera como muera.
    """
    taller = pytestconfig.stash[plugin.TALLER]
    terminal = Terminal(
        taller.carpeta / "esquema",
        Path(sys.executable).parent,
        puerto=puerto_libre(),
        servidor=False,
        instalada=taller.instalada,
        base_de_datos=taller.base_de_datos,
        frio=True,
    )
    servir_prefect(terminal)
    yield terminal
    terminal.cerrar()


@contextmanager
def mirando(terminal: Terminal) -> Iterator[Flechas]:
    """Apunta, mientras tanto, lo que hacen los procesos de la terminal."""
    vistas: Flechas = set()
    fin = threading.Event()

    def mirar() -> None:
        while not fin.wait(MIRADA_S):
            vistas.update(flechas(terminal))

    hilo = threading.Thread(target=mirar)
    hilo.start()
    try:
        yield vistas
    finally:
        fin.set()
        hilo.join()


def flechas(terminal: Terminal) -> Flechas:
    """De qué pieza a cuál va ahora mismo algo."""
    piezas = dict(piezas_de(terminal))
    vistas = set()
    for proceso, pieza in piezas.items():
        with suppress(psutil.Error):
            vistas.add((piezas.get(proceso.parent()), pieza))
            for abierto in proceso.open_files():
                vistas.add((pieza, Path(abierto.path).name.removesuffix("-wal")))
        for conexion in conexiones(proceso):
            if conexion.raddr and conexion.raddr.port == terminal.puerto:
                vistas.add((pieza, "servidor"))
    nombres = {*piezas.values(), BASE}
    return {(de, a) for de, a in vistas if de != a and {de, a} <= nombres}


def piezas_de(terminal: Terminal) -> Iterator[tuple[psutil.Process, str]]:
    """Los procesos de la terminal, y el que hace de navegador, con el nombre de su pieza."""
    yield psutil.Process(), NAVEGADOR
    for proceso in guardian.procesos(terminal.base):
        with suppress(psutil.Error):
            orden = " ".join(proceso.cmdline())
            for pieza, suyo in PROCESOS.items():
                if suyo in orden and "bash" not in orden:
                    yield proceso, pieza


def conexiones(proceso: psutil.Process) -> list:
    try:
        return proceso.net_connections("tcp")
    except psutil.Error:
        return []


def test_las_flechas_del_esquema_son_las_que_hay(fria: Terminal) -> None:
    fria.guardar("tutorial/primer-flow/etl_ventas.py")
    sin_proxy = httpx.Client(trust_env=False, follow_redirects=True)
    with mirando(fria) as vistas, sin_proxy as navegador:
        interfaz = navegador.get(f"http://127.0.0.1:{fria.puerto}{por_dentro.INTERFAZ}")
        assert "<title>Prefect" in interfaz.text
        fria.ejecutar("python etl_ventas.py")
    assert vistas == declaradas("ui-local")


def test_nadie_mas_que_el_servidor_escucha(fria: Terminal) -> None:
    suyos = [p for p in guardian.procesos(fria.base) if p.pid != os.getpid()]
    puertos = {
        c.laddr.port for p in suyos for c in conexiones(p) if c.status == "LISTEN"
    }
    assert puertos == {fria.puerto}


def test_las_flechas_de_quien_ejecuta_son_las_que_hay(fria: Terminal) -> None:
    fria.guardar("tutorial/programacion/pipelines_ventas.py")
    fria.ejecutar("prefect work-pool create locales --type process")
    with mirando(fria) as vistas:
        fria.ejecutar(
            "prefect deploy pipelines_ventas.py:pipeline_diario --name diario"
            " --pool locales --no-prompt"
        )
        fria.ejecutar("prefect deployment run pipeline-diario/diario")
        fria.servir("prefect worker start --pool locales", "Completed()")
    sin_base = {(de, a) for de, a in vistas if a != BASE}
    assert sin_base == declaradas("work-pools")


def test_no_hay_esquema_que_no_se_mire() -> None:
    con_esquema = {p.stem for p in paginas() if leer_pagina(p).esquemas}
    assert con_esquema == {"ui-local", "work-pools"}


def declaradas(pagina: str) -> Flechas:
    """Las flechas del esquema de una página del tutorial."""
    (esquema,) = leer_pagina(DOCS / f"tutorial/{pagina}.md").esquemas.values()
    return esquema.parejas
