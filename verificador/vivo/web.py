"""Construye la web que se está escribiendo: entera o solo las páginas que han cambiado.

Usa MkDocs desde dentro, con un complemento que solo existe aquí: mkdocs.yml no lo nombra.
"""

import html
import logging
import traceback
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from mkdocs.commands.build import _build_page, _populate_page, build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from motor.rutas import RAIZ
from verificador import kit
from verificador.pagina import leer_pagina
from verificador.problemas import PaginaRota
from verificador.vivo.cambios import UNO_A_UNO

NAVEGACION = RAIZ / "mkdocs.yml"
ROTA = """<h1>Esta página no se puede construir</h1>
<div class="admonition failure" role="alert">
<p class="admonition-title">Se construirá sola cuando lo corrijas</p>
<pre class="guia-vivo__error">{}</pre>
</div>"""


class Testigo(BasePlugin):
    """Se queda con las piezas de la última construcción y no deja que una página la detenga."""

    files: Files
    nav: Navigation
    env: object  # el entorno de las plantillas: solo se le devuelve a MkDocs

    def __init__(self) -> None:
        super().__init__()
        self.rotas: dict[Path, str] = {}

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        self.files = files
        return files

    def on_nav(
        self, nav: Navigation, *, config: MkDocsConfig, files: Files
    ) -> Navigation:
        self.nav = nav
        return nav

    def on_env(self, env: object, *, config: MkDocsConfig, files: Files) -> object:
        self.env = env
        return env

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        self.rotas.pop(Path(page.file.abs_src_path), None)
        page.read_source = partial(self._leer, page)
        page.render = partial(self._convertir, page)
        return page

    def _leer(self, page: Page, config: MkDocsConfig) -> None:
        try:
            Page.read_source(page, config)
        except Exception as error:
            page.markdown, page.meta = "", {}
            self._romper(page, error)

    def _convertir(self, page: Page, config: MkDocsConfig, files: Files) -> None:
        try:
            Page.render(page, config, files)
        except Exception as error:
            self._romper(page, error)
        if motivo := self.rotas.get(Path(page.file.abs_src_path)):
            page.content = ROTA.format(html.escape(motivo))
            page.toc = TableOfContents([])
            page.present_anchor_ids = page.links_to_anchors = None

    def _romper(self, page: Page, error: Exception) -> None:
        ruta = Path(page.file.abs_src_path)
        self.rotas[ruta] = motivo = explicar(ruta, error)
        print(f"\n✗ {motivo}\n", flush=True)


class Quejas(logging.Handler):
    """Los errores que MkDocs solo cuenta en su registro."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.dichas: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.dichas.append(record.getMessage())


class Web:
    """La web en construcción, en una carpeta suya."""

    def __init__(self, sitio: Path, direccion: str) -> None:
        """La prepara, sin construirla.

        Args:
            sitio: la carpeta, que puede no existir.
            direccion: desde dónde se servirá.
        """
        self.sitio = sitio
        self.direccion = direccion
        self.error = ""  # por qué no se ha podido construir; vacío, si se pudo
        self.paginas: dict[str, Path] = {}  # por su ruta en la web
        self._config: MkDocsConfig | None = None
        self._testigo = Testigo()

    @property
    def rotas(self) -> set[Path]:
        """Las páginas que en su lugar enseñan por qué no se pueden construir."""
        return set(self._testigo.rotas)

    def construir(self) -> None:
        """La construye entera; si no se puede, `error` dice por qué."""
        self.paginas, self.error = {}, ""
        self._testigo = Testigo()
        quejas = Quejas()
        logging.getLogger("mkdocs").addHandler(quejas)
        try:
            kit.publicar()
            config = load_config(
                str(NAVEGACION), site_dir=str(self.sitio), site_url=self.direccion
            )
            config.plugins["guia/vivo"] = self._testigo
            if (
                self._config is None
            ):  # los complementos son los mismos en toda la sesión
                config.plugins.on_startup(command="serve", dirty=False)
            self._config = config
            build(config, serve_url=self.direccion)
        except (Exception, SystemExit) as error:
            self.error = "\n".join([*quejas.dichas, explicar(NAVEGACION, error)])
            print(f"\n✗ {self.error}\n", flush=True)
            return
        finally:
            logging.getLogger("mkdocs").removeHandler(quejas)
        for archivo in self._testigo.files.documentation_pages(
            inclusion=InclusionLevel.is_in_serve
        ):
            ruta = f"/{archivo.dest_uri.removesuffix('index.html')}"
            self.paginas[ruta] = Path(archivo.abs_src_path)

    def rehacer(self, rutas: Iterable[Path]) -> None:
        """Construye otra vez algunas páginas; todas, si otras enseñan algo que ha cambiado."""
        if self.error or not set(rutas) <= set(self.paginas.values()):
            self.construir()
            return
        archivos = [
            a
            for a in self._testigo.files
            if a.page and Path(a.abs_src_path) in set(rutas)
        ]
        try:
            iguales = [self._rehacer(archivo.page) for archivo in archivos]
        except (Exception, SystemExit) as error:
            print(f"\n✗ {explicar(NAVEGACION, error)}\n", flush=True)
            iguales = [False]
        if not all(iguales):
            self.construir()

    def _rehacer(self, page: Page) -> bool:
        """Construye una página; dice si las demás la nombran y la enlazan igual que antes."""
        antes = page.title, page.present_anchor_ids
        piezas, config = self._testigo, self._config
        _populate_page(page, config, piezas.files)
        publicas = piezas.files.documentation_pages(
            inclusion=InclusionLevel.is_in_serve
        )
        _build_page(page, config, publicas, piezas.nav, piezas.env)
        nivel = config.validation.links.anchors
        page.validate_anchor_links(files=piezas.files, log_level=nivel)
        return antes == (page.title, page.present_anchor_ids)


def explicar(ruta: Path, error: BaseException) -> str:
    """Por qué no se puede construir: lo que sabe el verificador o, si no, lo que dice MkDocs."""
    if ruta.suffix == ".md":
        try:
            with UNO_A_UNO:
                leer_pagina(ruta)
        except PaginaRota as rota:
            return str(rota)
        except Exception as otro:
            error = otro
    logging.getLogger(__name__).debug("%s", "".join(traceback.format_exception(error)))
    return f"{ruta.relative_to(RAIZ)}: {type(error).__name__}: {error}"
