"""Atiende cada cambio mientras se escribe: lee, construye y pide que se repase lo que toca."""

import threading
from pathlib import Path

from calificador.ejercicios import CATALOGO
from motor.rutas import DOCS, RAIZ, SNIPPETS
from verificador import fichas
from verificador.origen import relativa
from verificador.pagina import Pagina, publicados
from verificador.texto import GENERADOS, configuracion, sitio_configurado
from verificador.vivo.cambios import Conocida, es_del_lector, es_del_programa
from verificador.vivo.pizarra import Estado, Pizarra
from verificador.vivo.repeticion import Pedido, Repetidor
from verificador.vivo.web import NAVEGACION, Web

# Lo que alguien está ejecutando, o va a ejecutar.
A_MEDIAS = {Estado.EN_ESPERA, Estado.EJECUTANDO, Estado.GUARDADO}


class Reinicio(BaseException):
    """Ha cambiado el propio programa: hay que empezar otra vez, con el nuevo.

    Como Ctrl+C, no es un error: quien los atrapa todos para seguir no debe atraparla.
    """


class Redaccion:
    """Lo que se sabe de cada página y quién se ocupa de ella."""

    def __init__(self, web: Web, pizarra: Pizarra, *, actualizar: bool) -> None:
        """Lee todas las páginas.

        Args:
            web: la que se construye.
            pizarra: donde se apunta cómo está cada bloque.
            actualizar: si se reescriben las salidas: lo que escribe el repaso no lo repite.
        """
        self.web = web
        self.pizarra = pizarra
        self.actualizar = actualizar
        self.repetidor: Repetidor | None = None
        self._conocidas: dict[Path, Conocida] = {}
        self._cerrojo = threading.RLock()
        self._enumerar()

    @property
    def necesita_servidor(self) -> bool:
        """Si alguna página se ejecuta con un servidor de Prefect en marcha."""
        leidas = [c.pagina for c in self._conocidas.values() if c.pagina]
        return any(p.bloques and p.verificacion.servidor == "encendido" for p in leidas)

    def _enumerar(self) -> None:
        """Conoce las páginas nuevas y olvida las que ya no están."""
        rutas = [ruta for ruta in publicados() if ruta.suffix == ".md"]
        self._conocidas = {
            ruta: self._conocidas.get(ruta) or self._conocer(ruta) for ruta in rutas
        }

    def _conocer(self, ruta: Path) -> Conocida:
        nueva = Conocida(ruta)
        nueva.leer(crear_salidas=self.actualizar)
        if nueva.pagina:
            nueva.anotar(nueva.pagina, [])
        self._presentar(nueva)
        return nueva

    def _presentar(self, conocida: Conocida) -> None:
        """Pone en la pizarra la página tal como está, sin nada más que repetir."""
        if conocida.pagina:
            self.pizarra.estrenar(conocida.pagina, len(conocida.pagina.bloques))
        else:
            self.pizarra.romper(conocida.ruta, conocida.error)

    def atender(self, cambiados: set[Path]) -> None:
        """Han cambiado unos archivos.

        Raises:
            Reinicio: si uno es del propio programa.
        """
        if es_del_programa(cambiados):
            raise Reinicio
        if NAVEGACION in cambiados and not self._navegar():
            return
        if CATALOGO in cambiados or any(DOCS in c.parents for c in cambiados):
            self._escribir_fichas()
        with self._cerrojo:
            tocadas = self._leer(cambiados)
            self._pedir(tocadas, cambiados)
        self._construir(tocadas, cambiados)

    def _navegar(self) -> bool:
        """Ha cambiado mkdocs.yml; dice si vale para seguir leyendo las páginas."""
        self.web.construir()
        if self.web.error:
            return False
        sitio_configurado.cache_clear()
        configuracion.cache_clear()
        return True

    def _escribir_fichas(self) -> None:
        """Las pistas y el índice, del catálogo; lo que cambie llegará como otro cambio."""
        try:
            fichas.escribir()
        except Exception as error:
            print(
                f"\n✗ {relativa(CATALOGO)}: {type(error).__name__}: {error}\n",
                flush=True,
            )

    def _leer(self, cambiados: set[Path]) -> list[Conocida]:
        """Lee las páginas cuyo texto puede ser otro."""
        if any(c.suffix == ".md" and DOCS in c.parents for c in cambiados):
            self._enumerar()
        tocadas = [c for c in self._conocidas.values() if c.incluye(cambiados)]
        for conocida in tocadas:
            conocida.leer(crear_salidas=self.actualizar)
            if not conocida.pagina:
                self.pizarra.romper(conocida.ruta, conocida.error)
        return tocadas

    def _pedir(self, tocadas: list[Conocida], cambiados: set[Path]) -> None:
        """Pide que se repase lo que hay que repetir; lo demás solo cambia de sitio."""
        repetir = self.repetidor and not (self.actualizar and solo_generados(cambiados))
        if repetir and any(map(es_del_lector, cambiados)):
            self.repetidor.envejecer()
        for conocida in filter(lambda c: c.pagina, self._conocidas.values()):
            tocado = conocida.tocado(cambiados) if repetir else None
            if tocado is None and conocida in tocadas:
                tocado = self._recolocar(conocida, repetir)
            if tocado is not None:
                de_cero = any(map(es_del_lector, cambiados))
                self.repetidor.pedir(Pedido(conocida.pagina, tocado, de_cero))

    def _recolocar(self, conocida: Conocida, repetir: bool) -> int | None:
        """Los bloques son los mismos en otras líneas; si se estaban ejecutando, que siga."""
        situaciones = self.pizarra.situacion(conocida.ruta)
        if not A_MEDIAS.isdisjoint(situacion.estado for situacion in situaciones):
            return len(conocida.pagina.bloques) if repetir else None
        self._presentar(conocida)
        return None

    def _construir(self, tocadas: list[Conocida], cambiados: set[Path]) -> None:
        """Construye lo que se ve de esos cambios."""
        rutas = {conocida.ruta for conocida in tocadas} | self.web.rotas
        if any(map(es_de_todas, cambiados)) or not rutas <= set(
            self.web.paginas.values()
        ):
            self.web.construir()
        elif rutas:
            self.web.rehacer(rutas)

    def comprobar(self, ruta: Path) -> None:
        """Alguien quiere que se repase una página entera."""
        with self._cerrojo:
            conocida = self._conocidas.get(ruta)
            if self.repetidor and conocida and conocida.pagina:
                self.repetidor.pedir(Pedido(conocida.pagina, 0, de_cero=True))

    def anotar(self, pagina: Pagina, lecturas: list[set[Path]]) -> None:
        """Una página se acaba de ejecutar entera."""
        with self._cerrojo:
            conocida = self._conocidas.get(pagina.ruta)
            if conocida and self.actualizar:
                conocida.leer()
            if conocida:
                conocida.anotar(pagina, lecturas)


def solo_generados(cambiados: set[Path]) -> bool:
    """Si solo ha cambiado lo que escriben los repasos."""
    return all(c.name.endswith(GENERADOS) for c in cambiados)


def es_de_todas(cambiado: Path) -> bool:
    """Si un archivo puede verse en cualquier página: la plantilla, los estilos, las citas."""
    if RAIZ / "overrides" in cambiado.parents:
        return True
    if DOCS in cambiado.parents:
        return cambiado.suffix != ".md" or not cambiado.exists()
    return cambiado in citas()


def citas() -> set[Path]:
    """Lo que mkdocs.yml añade al final de todas las páginas."""
    return {
        SNIPPETS / n
        for n in sitio_configurado().mdx_configs["pymdownx.snippets"]["auto_append"]
    }
