"""Plugin de pytest: las páginas de la guía como pruebas, con pytest-codeblocks.

pytest-codeblocks recoge los `.md`; aquí cada página se repasa entera, como la sigue el
lector, y se cierra con su asiento en el libro mayor.
"""

import fcntl
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pytest_codeblocks.plugin import MarkdownFile, TestBlock

from motor.caliente import MADRE, ErrorDeArranque
from motor.rutas import DOCS, README
from verificador import album, fichas, libro
from verificador.juicio import juicio
from verificador.memoria import (
    PASADA,
    SIN_REPETIR,
    Memoria,
    es_corriente,
    exigir_corriente,
)
from verificador.pagina import Bloque, leer_pagina, paginas
from verificador.problemas import PaginaRota, Problema
from verificador.prosa.renovar import renovar
from verificador.repaso import BloqueRoto, Repaso
from verificador.sitio import SitioRoto, construir
from verificador.taller import Taller, TallerFrio

CUENTA = "bloques de la página"
# Bien, con algún fallo o, en una página sin bloques, sin nada que ejecutar.
CON_FINAL = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)
SITIO = "la web que comparten los procesos de las pruebas"
TALLER = pytest.StashKey[Taller]()
CACHE = pytest.StashKey[Path]()
MEMORIA = pytest.StashKey[Memoria]()
PUBLICADAS = pytest.StashKey[frozenset[Path]]()
# Por qué no se ha escrito lo que la guía cuenta de sí.
SIN_CONTAR = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--actualizar-salidas",
        action="store_true",
        help="reescribe las salidas esperadas con las reales",
    )
    parser.addoption(
        "--prefect-api-url",
        help="usa este servidor de Prefect (en 127.0.0.1) en vez de arrancar uno",
    )
    parser.addoption(
        "--en-frio",
        action="store_true",
        help="como el lector: «python» de siempre, en una terminal y sin nada preparado",
    )
    parser.addoption(
        "--solo-cambiadas",
        action="store_true",
        help="no ejecuta las páginas que siguen como cuando pasaron por última vez",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.option.solo_cambiadas:
        exigir_corriente(config.option)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Lanzado en segundo plano, lo heredarían los servicios: Ctrl+C no los detendría.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    clase = TallerFrio if config.option.en_frio else Taller
    config.stash[CACHE] = carpeta_de_cache(config)
    taller = clase(config.stash[CACHE], config.option.prefect_api_url)
    config.add_cleanup(taller.cerrar)
    config.stash[TALLER] = taller
    aislar_prefect(taller.carpeta / "pruebas")
    memoria = Memoria(config, config.stash[CACHE] / "huellas")
    config.stash[MEMORIA] = memoria
    config.pluginmanager.register(memoria)
    if config.option.actualizar_salidas and es_la_sesion(config):
        fichas.escribir()
    for marca in (
        "falla(texto): la orden debe terminar con error, y su salida decir ese texto",
        "sin_orden: las líneas de la salida pueden ir en cualquier orden (concurrencia)",
        "varia(hueco, …): lo que cambia en lo que imprime el programa, véase mascaras.py",
        "resalta(texto, …): las líneas de un programa o salida que se resaltan, por lo que dicen",
        "prueba(archivo): el código de unas pruebas, que las ejecuta el propio pytest",
        "servicio(texto): orden que no termina; está lista cuando imprime el texto",
    ):
        config.addinivalue_line("markers", marca)


def carpeta_de_cache(config: pytest.Config) -> Path:
    """Lo que sobrevive a la sesión; con `-p no:cacheprovider`, nada."""
    if hasattr(config, "cache"):
        return config.cache.mkdir("guia-prefect")
    temporal = tempfile.TemporaryDirectory(prefix="guia-cache-")
    config.add_cleanup(temporal.cleanup)
    return Path(temporal.name)


def aislar_prefect(carpeta: Path) -> None:
    """El Prefect de quien lanza las pruebas ni se lee ni se toca.

    Va antes de que nadie lo importe, porque al importarse crea su carpeta.
    """
    for nombre in [n for n in os.environ if n.startswith("PREFECT_")]:
        del os.environ[nombre]
    os.environ["PREFECT_HOME"] = str(carpeta)


def es_la_sesion(config: pytest.Config) -> bool:
    """Si es la sesión y no uno de los procesos en que pytest-xdist la reparte."""
    return not hasattr(config, "workerinput")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Al actualizar las salidas, también lo que la guía publica de su verificación.

    Un bloque que falla deja su página como estaba, que se puede contar igual. Si la sesión
    no llega al final, o una página no se puede leer, no se cuenta la mitad: no se escribe.
    """
    if not (session.config.option.actualizar_salidas and es_la_sesion(session.config)):
        return
    if session.exitstatus not in CON_FINAL:
        session.config.stash[SIN_CONTAR] = "la sesión no ha llegado al final"
        return
    try:
        libro.escribir_generadas()
    except (PaginaRota, OSError) as error:
        session.config.stash[SIN_CONTAR] = str(error)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Iterator:
    """Cambia la página de pytest-codeblocks por la nuestra; si no se publica, la quita."""
    recogidos = yield
    if DOCS in file_path.parents and file_path not in publicadas(parent.config):
        return [nodo for nodo in recogidos if not isinstance(nodo, MarkdownFile)]
    return [
        PaginaDePrueba.from_parent(parent, path=nodo.path)
        if isinstance(nodo, MarkdownFile)
        else nodo
        for nodo in recogidos
    ]


def publicadas(config: pytest.Config) -> frozenset[Path]:
    """Las páginas, preguntadas a MkDocs una vez por sesión y no por cada archivo de docs/."""
    if PUBLICADAS not in config.stash:
        config.stash[PUBLICADAS] = frozenset(paginas())
    return config.stash[PUBLICADAS]


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Iterator:
    """Uno más que procesadores: siempre hay alguno a la espera de un servidor o de una hora."""
    procesos = yield
    return procesos + ("PYTEST_XDIST_AUTO_NUM_WORKERS" not in os.environ)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - de xdist
    """Cada proceso de las pruebas sabe dónde está la web que comparten."""
    node.workerinput[SITIO] = str(node.config.stash[TALLER].carpeta / "sitio")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Quita los bloques de las páginas que no han cambiado, si así se pide."""
    quitados = [i for i in items if isinstance(i, BloqueDePrueba) and i.parent.igual]
    if quitados:
        config.hook.pytest_deselected(items=quitados)
        sobran = set(quitados)
        items[:] = [item for item in items if item not in sobran]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Los intérpretes de todos los procesos, y los de las sesiones que lancen, nacen de uno."""
    if config.option.collectonly or config.option.en_frio:
        return
    # Si no puede arrancar, cada proceso lo intentará por su cuenta, y lo dirá.
    with suppress(ErrorDeArranque):
        os.environ[MADRE] = str(config.stash[TALLER].programas / "python")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Lo que las páginas recogidas van a necesitar empieza ya, y a la vez."""
    config = session.config
    if config.option.collectonly:
        return
    if any(isinstance(item, BloqueDePrueba) for item in session.items):
        with suppress(ErrorDeArranque):  # lo dirá quien lo necesite
            config.stash[TALLER].adelantar()
    if any(isinstance(item, AsientoDelLibro) for item in session.items):
        adelantar_sitio(config)
        # El juicio de la prosa lo necesita: que se importe mientras lo demás arranca.
        import_module("prefect.client.orchestration")


def adelantar_sitio(config: pytest.Config) -> None:
    """Empieza a construir la web; si no se puede, lo dirá el asiento de cada página."""

    def construir_la_web() -> None:
        with suppress(SitioRoto, OSError):
            sitio(config)

    web = Thread(target=construir_la_web)
    config.add_cleanup(web.join)
    web.start()


def sitio(config: pytest.Config, nombre: str = "sitio", **direcciones: str) -> Path:
    """La web, construida en modo estricto una sola vez por sesión, la pidan los que la pidan.

    Args:
        config: la de la sesión.
        nombre: lo que distingue a esta web de otras, que se construyen con otras direcciones.
        direcciones: las que se dan al construirla.
    """
    propio = config.stash[TALLER].carpeta / "sitio"
    comun = Path(getattr(config, "workerinput", {}).get(SITIO, propio))
    destino = comun.with_name(nombre)
    with destino.with_suffix(".turno").open("w") as turno:
        fcntl.flock(turno, fcntl.LOCK_EX)
        if not destino.exists():
            a_medias = destino.with_suffix(".a-medias")
            construir(a_medias, **direcciones).rename(destino)
    return destino


class PaginaDePrueba(MarkdownFile):
    """Una página: sus bloques en orden y, al final, su asiento en el libro mayor."""

    def collect(self) -> Iterator[pytest.Item]:
        actualizar = self.config.option.actualizar_salidas
        try:
            pagina = leer_pagina(self.path, crear_salidas=actualizar)
            if actualizar and renovar(pagina):
                pagina = leer_pagina(self.path)
        except PaginaRota as error:
            raise self.CollectError(str(error)) from None
        self.repaso = Repaso(pagina, self.config.stash[TALLER], actualizar)
        self.huella = self.config.stash[MEMORIA].huella(pagina)
        for bloque in pagina.bloques:
            yield BloqueDePrueba.de(self, bloque)
            for figura in album.capturas_de(bloque):
                yield CapturaDePrueba.de(self, bloque, figura)
        if not actualizar and not self.config.option.en_frio:
            yield AsientoDelLibro.from_parent(self, name="libro mayor")
            if pagina.verificacion.programas:
                yield AsientoDelLibro.con_todo(self)

    @property
    def igual(self) -> bool:
        """Si sigue como cuando pasó y se ha pedido no repetirla."""
        return self.nodeid in self.config.stash[MEMORIA].iguales

    def teardown(self) -> None:
        self.repaso.cerrar()


class BloqueDePrueba(TestBlock):
    """Un bloque de una página, que se ejecuta detrás de todos los anteriores."""

    bloque: Bloque

    @classmethod
    def de(cls, pagina: PaginaDePrueba, bloque: Bloque) -> "BloqueDePrueba":
        nodo = cls.from_parent(pagina, name=f"línea {bloque.linea}", obj=bloque)
        nodo.bloque = bloque
        if pagina.repaso.pagina.verificacion.programas:
            nodo.add_marker("figuras")
        for marca in bloque.marcas.values():
            nodo.add_marker(
                getattr(pytest.mark, marca.nombre)(*marca.args, **marca.kwargs)
            )
        return nodo

    def runtest(self) -> None:
        repaso = self.parent.repaso
        if roto := repaso.preparar(self.bloque):
            pytest.skip(f"antes falla la línea {roto.linea}")
        repaso.ejecutar(self.bloque)

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> object:
        if isinstance(excinfo.value, BloqueRoto | SitioRoto):
            return str(excinfo.value)
        return pytest.Item.repr_failure(self, excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.bloque.linea - 1, self.name


class CapturaDePrueba(pytest.Item):
    """Una captura: lo que debe verse se ve, tras la orden que la precede."""

    bloque: Bloque
    figura: Path

    @classmethod
    def de(
        cls, pagina: PaginaDePrueba, bloque: Bloque, figura: Path
    ) -> "CapturaDePrueba":
        nodo = cls.from_parent(pagina, name=f"captura {figura.name}")
        nodo.bloque, nodo.figura = bloque, figura
        nodo.add_marker("figuras")
        return nodo

    def runtest(self) -> None:
        repaso = self.parent.repaso
        if roto := repaso.preparar(self.bloque, incluido=True):
            pytest.skip(f"antes falla la línea {roto.linea}")
        repaso.capturar(self.figura)

    repr_failure = BloqueDePrueba.repr_failure

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.bloque.linea - 1, self.name


class AsientoDelLibro(pytest.Item):
    """Nada de lo que la página publica se queda sin verificar."""

    @classmethod
    def con_todo(cls, pagina: PaginaDePrueba) -> "AsientoDelLibro":
        """El de una página que «make test» no ejecuta, con sus bloques ya ejecutados."""
        nodo = cls.from_parent(pagina, name="libro mayor, ya ejecutada")
        nodo.add_marker("figuras")
        return nodo

    def runtest(self) -> None:
        repaso = self.parent.repaso
        if self.parent.igual:
            self.user_properties.append((SIN_REPETIR, True))
        problemas = [*repaso.sin_usar(), *juicio(repaso.pagina)]
        problemas = problemas or self.asiento()
        if problemas:
            raise BloqueRoto("\n\n".join(map(str, problemas)))
        if not self.parent.igual and self.le_toca_contar():
            cuenta = Counter(clase for clase, _ in repaso.pagina.vallas)
            self.user_properties.append((CUENTA, dict(cuenta)))
        if self.ha_pasado():
            self.user_properties.append((PASADA, self.parent.huella))

    def le_toca_contar(self) -> bool:
        """Si cuenta los bloques: los que «make test» no ejecuta, solo el que va tras ellos."""
        programas = self.parent.repaso.pagina.verificacion.programas
        return not programas or self.get_closest_marker("figuras") is not None

    def ha_pasado(self) -> bool:
        """Si se ha ejecutado entera, como siempre y sin que nada cambie mientras tanto."""
        repaso, memoria = self.parent.repaso, self.config.stash[MEMORIA]
        entera = bool(repaso.ejecutados) and repaso.completo
        corriente = entera and es_corriente(self.config.option)
        return corriente and memoria.sigue_igual(repaso.pagina, self.parent.huella)

    def asiento(self) -> list[Problema]:
        """En qué no cuadra lo publicado con lo que se ha ejecutado."""
        pagina = self.parent.repaso.pagina
        if self.path == README:
            html = libro.como_github(README.read_text("utf-8"))
            return libro.asiento(pagina, html)
        if DOCS not in self.path.parents:
            return []
        html = libro.html_de(self.path, sitio(self.config))
        return libro.asiento(pagina, html.read_text("utf-8"))

    repr_failure = BloqueDePrueba.repr_failure

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Los totales del libro mayor, al final de la ejecución; o por qué no los hay."""
    if motivo := terminalreporter.config.stash.get(SIN_CONTAR, ""):
        terminalreporter.section("sin contar")
        terminalreporter.line(
            f"El recuento y las demás tablas de la guía quedan como estaban: {motivo}\n"
            "Qué hacer: corrígelo y repite la orden."
        )
    cuentas = [
        Counter(cuenta)
        for informe in terminalreporter.getreports("passed")
        for nombre, cuenta in informe.user_properties
        if nombre == CUENTA
    ]
    if cuentas:
        total = sum(cuentas, Counter())
        terminalreporter.section("libro mayor")
        terminalreporter.line(
            f"{total.total()} bloques en {len(cuentas)} páginas: "
            + ", ".join(f"{total[clase]} {clase}s" for clase in libro.CLASES)
        )
