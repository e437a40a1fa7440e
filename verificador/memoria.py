"""Con qué huella pasó cada página, para no ejecutar otra vez las que no han cambiado.

Solo cuenta como pasada la página que se ejecuta entera, sin un fallo, en una sesión corriente
y sin que nada de lo que lee cambie mientras tanto. Se apunta siempre; `--solo-cambiadas`
quita los bloques de las que siguen como cuando pasaron. Su asiento en el libro mayor no se
quita nunca: no ejecuta nada y lee la guía entera (lo que su prosa cita y enlaza, las pruebas,
la web construida), así que ninguna huella de una página valdría para él.

Con xdist, lo decide y lo apunta el proceso que reparte, para que todos recojan lo mismo.
"""

import os
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from motor.rutas import RAIZ
from verificador.huellas import de_todas, huella
from verificador.origen import relativa
from verificador.pagina import Pagina, leer_pagina, paginas
from verificador.problemas import PaginaRota

PASADA = "huella con la que ha pasado la página"
SIN_REPETIR = "página que no se repite"
DECIDIDO = "guia_decidido"


def exigir_corriente(opciones: Namespace) -> None:
    """Comprueba que se puede dejar de repetir alguna página.

    Args:
        opciones: las de pytest.

    Raises:
        pytest.UsageError: en la integración continua, que lo ejecuta todo, o si las páginas
            se ejecutan de otra manera: que pasen de una no dice nada de la otra.
    """
    if os.environ.get("CI"):
        raise pytest.UsageError(
            f"--solo-cambiadas: con CI={os.environ['CI']} en el entorno se ejecuta todo.\n"
            "Qué hacer: quita la opción, que es para quien escribe."
        )
    if not es_corriente(opciones):
        raise pytest.UsageError(
            "--solo-cambiadas: no se combina con --actualizar-salidas, --en-frio ni "
            "--prefect-api-url.\nQué hacer: quita una de las dos opciones."
        )


def es_corriente(opciones: Namespace) -> bool:
    """Si las páginas se ejecutan como siempre: contra su servidor y sin escribir nada."""
    otras = ("actualizar_salidas", "en_frio", "prefect_api_url")
    return not any(getattr(opciones, otra) for otra in otras)


class Registro:
    """Una carpeta con un archivo por página: la huella con la que pasó por última vez."""

    def __init__(self, carpeta: Path) -> None:
        self.carpeta = carpeta
        carpeta.mkdir(exist_ok=True)

    def _archivo(self, pagina: str) -> Path:
        return self.carpeta / quote(pagina, safe="")

    def leer(self, pagina: str) -> str:
        """La huella con la que pasó; vacía, si no hay constancia de que pasara."""
        try:
            return self._archivo(pagina).read_text("utf-8")
        except FileNotFoundError:
            return ""

    def apuntar(self, pagina: str, suya: str) -> None:
        """Deja constancia de una vez: nadie la lee a medias."""
        nueva = self.carpeta / f".{os.getpid()}"
        nueva.write_text(suya, "utf-8")
        nueva.replace(self._archivo(pagina))

    def borrar(self, pagina: str) -> None:
        self._archivo(pagina).unlink(missing_ok=True)

    def podar(self) -> None:
        """Olvida las páginas que ya no están."""
        for archivo in self.carpeta.glob("[!.]*"):
            if not (RAIZ / unquote(archivo.name)).is_file():
                archivo.unlink(missing_ok=True)

    def iguales(self, comun: str) -> Iterator[str]:
        """Las páginas que siguen como cuando pasaron.

        Args:
            comun: el resumen de lo que leen todas.
        """
        for ruta in paginas():
            pagina = relativa(ruta).as_posix()
            try:
                if (suya := self.leer(pagina)) and suya == huella(
                    leer_pagina(ruta), comun
                ):
                    yield pagina
            except PaginaRota:
                continue  # lo dirá pytest al recogerla


class Memoria:
    """Lo que esta sesión recuerda de las anteriores, y lo que dejará a las siguientes."""

    def __init__(self, config: pytest.Config, carpeta: Path) -> None:
        """Decide qué páginas no se repiten.

        Args:
            config: la de pytest.
            carpeta: donde se apunta.
        """
        self.registro = Registro(carpeta)
        self.reparte = not hasattr(config, "workerinput")
        self.falladas: set[str] = set()
        self.sin_repetir: set[str] = set()
        if not self.reparte:
            self.comun, self.iguales = config.workerinput[DECIDIDO]
            return
        self.registro.podar()
        # Antes de ejecutar nada: lo que cambie desde ahora ya no cuenta como pasado.
        self.comun = de_todas()
        pedido = config.option.solo_cambiadas
        self.iguales = sorted(self.registro.iguales(self.comun)) if pedido else []

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        """A cada proceso de xdist, lo ya decidido."""
        node.workerinput[DECIDIDO] = self.comun, self.iguales

    def huella(self, pagina: Pagina) -> str:
        """La de una página recién leída, con lo que había al empezar en lo demás."""
        return huella(pagina, self.comun)

    def sigue_igual(self, pagina: Pagina, suya: str) -> bool:
        """Si nada de lo que lee una página ha cambiado desde que se le tomó la huella."""
        return huella(pagina, de_todas()) == suya

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Olvida la página que falla y apunta la que termina su asiento sin haber fallado."""
        if not self.reparte:
            return
        pagina, dichas = report.nodeid.partition("::")[0], dict(report.user_properties)
        if SIN_REPETIR in dichas:
            self.sin_repetir.add(pagina)
        if report.failed:
            self.falladas.add(pagina)
            self.registro.borrar(pagina)
        termina = report.when == "teardown" and PASADA in dichas
        if termina and pagina not in self.falladas:
            self.registro.apuntar(pagina, dichas[PASADA])

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        if self.sin_repetir:
            terminalreporter.section("páginas sin cambios")
            terminalreporter.line(
                f"{len(self.sin_repetir)} páginas sin cambios desde que pasaron: "
                "no se repiten"
            )
