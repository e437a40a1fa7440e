"""Repasa las páginas que piden los cambios, de una en una, en un hilo aparte.

Cada página se repasa como en las pruebas: con `Repaso`, en una terminal nueva. Lo que un
cambio no toca no se repite al guardar, sino antes: al terminar con una página se abre otra
terminal y se ejecuta en ella hasta el bloque que se acaba de cambiar, que es el que
seguramente cambie otra vez. Nada se deshace: lo que ya no vale se tira.
"""

import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from motor import guardian
from motor.caliente import ErrorDeArranque
from motor.rutas import RAIZ
from motor.servidor import ErrorDeServidor
from verificador.bloques import Bloque
from verificador.juicio import de_los_bloques
from verificador.origen import relativa
from verificador.pagina import Pagina
from verificador.repaso import BloqueRoto, Repaso
from verificador.terminal import ErrorDeEspera
from verificador.vivo.cambios import acciones
from verificador.vivo.pizarra import Estado, Pizarra, Situacion, de_partida
from verificador.vivo.reserva import TallerConReserva

SABIDOS = (Estado.VERIFICADO, Estado.APARTE)


class Cancelado(Exception):
    """Ya no hace falta: la página ha vuelto a cambiar, o se está cerrando."""


@dataclass
class Pedido:
    """Una página que hay que repasar.

    Attributes:
        pagina: como está ahora.
        tocado: el primer bloque que ha cambiado.
        de_cero: si no vale nada de lo preparado.
        confirma: si solo confirma lo roto, que se sigue enseñando mientras tanto.
    """

    pagina: Pagina
    tocado: int
    de_cero: bool = False
    confirma: bool = False


@dataclass
class Recorrido:
    """Un repaso y hasta dónde ha llegado.

    Attributes:
        repaso: el de la página.
        lecturas: los archivos del proyecto que leyó cada bloque ya ejecutado.
        viejo: si el proyecto del lector ya no es el que se copió al abrirlo.
    """

    repaso: Repaso
    lecturas: list[set[Path]] = field(default_factory=list)
    viejo: bool = False

    @property
    def hechos(self) -> int:
        return len(self.lecturas)

    def abrir(self) -> None:
        """Abre la terminal, que de otro modo espera al primer bloque."""
        _ = self.repaso.terminal

    def avanzar(self) -> Situacion:
        """Ejecuta el bloque siguiente."""
        bloque = self.repaso.pagina.bloques[self.hechos]
        desde = self.repaso.terminal.marca
        situacion = self._ejecutar(bloque)
        self.lecturas.append(self._leidos(desde))
        return situacion

    def _ejecutar(self, bloque: Bloque) -> Situacion:
        if bloque.clase in ("ilustrativo", "prueba"):
            return de_partida(bloque)
        if previo := self.repaso.preparar(bloque):
            return Situacion(motivo=f"antes falla la línea {previo.linea}")
        try:
            self.repaso.ejecutar(bloque)
        except BloqueRoto as error:
            return Situacion(Estado.ROTO, str(error))
        return Situacion(Estado.GUARDADO if bloque.valla.titulo else Estado.VERIFICADO)

    def _leidos(self, desde: int) -> set[Path]:
        """Lo que se ha leído de la carpeta del lector, como archivos del proyecto."""
        raiz = self.repaso.terminal.raiz
        return {
            RAIZ / leido.relative_to(raiz)
            for leido in self.repaso.terminal.leidos(desde)
        }

    def usados(self) -> list[int]:
        """Los números de los bloques cuyo archivo ha leído el último bloque ejecutado."""
        raiz, leidos = self.repaso.terminal.raiz, self.lecturas[-1]
        vallas = [
            g.valla
            for g in self.repaso.guardados
            if RAIZ / g.ruta.relative_to(raiz) in leidos
        ]
        return [
            numero
            for numero, bloque in enumerate(self.repaso.pagina.bloques[: self.hechos])
            if bloque.valla.titulo and any(valla is bloque.valla for valla in vallas)
        ]

    def vale_para(self, pedido: Pedido, hasta: int) -> bool:
        """Si lo ya ejecutado es lo que hace la página antes de un bloque."""
        antes, ahora = self.repaso.pagina, pedido.pagina
        if (
            pedido.de_cero
            or self.viejo
            or antes.ruta != ahora.ruta
            or self.hechos > hasta
        ):
            return False
        hechas, pedidas = (acciones(p)[: self.hechos] for p in (antes, ahora))
        return hechas == pedidas and antes.verificacion == ahora.verificacion

    def interrumpir(self) -> None:
        """Mata lo que esté ejecutando."""
        if terminal := self.repaso.abierta:
            for proceso in guardian.procesos(terminal.base):
                with suppress(psutil.Error):
                    proceso.kill()

    def cerrar(self) -> str:
        """Lo detiene todo; dice lo que la página ha dejado en marcha, si algo."""
        try:
            self.repaso.cerrar()
        except ErrorDeEspera as error:
            return f"{relativa(self.repaso.pagina.ruta)}: {error}"
        return ""


class Repetidor(threading.Thread):
    """Repasa lo que se le pide, lo último primero; sin nada que hacer, prepara lo siguiente."""

    def __init__(
        self,
        taller: TallerConReserva,
        pizarra: Pizarra,
        al_acabar: Callable[[Pagina, list[set[Path]]], None],
        *,
        actualizar: bool = False,
    ) -> None:
        """Lo prepara, sin empezar.

        Args:
            taller: donde se ejecuta todo.
            pizarra: donde se apunta lo que pasa.
            al_acabar: a quién se avisa de que una página se ha ejecutado entera, y de lo que
                leyó cada bloque.
            actualizar: si se reescriben las salidas y los dibujos.
        """
        super().__init__(daemon=True)
        self.taller = taller
        self.pizarra = pizarra
        self.al_acabar = al_acabar
        self.actualizar = actualizar
        self._pedidos: dict[Path, Pedido] = {}
        self._hay = threading.Condition()
        self._cerrado = False
        self._cancelado = False
        self._confirmando = False
        self._en_curso: Recorrido | None = None
        self._adelanto: Recorrido | None = None  # lo preparado, o preparándose
        self._sobran: list[Recorrido] = []

    def pedir(self, pedido: Pedido) -> None:
        """Pide que se repase una página; si ya se estaba, se deja y se empieza otra vez."""
        ruta = pedido.pagina.ruta
        with self._hay:
            if anterior := self._pedidos.pop(ruta, None):
                pedido = replace(pedido, de_cero=pedido.de_cero or anterior.de_cero)
            self._pedidos[ruta] = pedido
            self._anunciar(pedido)
            if self._estorba(pedido):
                self._cancelar()
            self._hay.notify_all()

    def envejecer(self) -> None:
        """Ha cambiado algo del proyecto del lector: lo preparado tiene una copia de antes."""
        if adelanto := self._adelanto:
            adelanto.viejo = True

    def repasando(self, ruta: Path) -> bool:
        """Si esa página se está ejecutando ahora."""
        en_curso = self._en_curso
        return en_curso is not None and en_curso.repaso.pagina.ruta == ruta

    def cerrar(self) -> None:
        """Deja lo que esté haciendo; lo que quede en marcha lo mata el taller al cerrarse."""
        with self._hay:
            self._cerrado = True
            self._cancelar()
            self._hay.notify_all()

    def run(self) -> None:
        with suppress(
            ErrorDeArranque, ErrorDeServidor, ErrorDeEspera
        ):  # lo dirá la página
            self.taller.calentar()
        with suppress(Cancelado):
            while True:
                self._atender(self._siguiente())

    def _anunciar(self, pedido: Pedido) -> None:
        """Lo que se va a ejecutar deja de estar como estaba."""
        self.pizarra.estrenar(pedido.pagina, pedido.tocado)
        for numero, sabido in enumerate(self._sabidos(pedido.pagina)):
            if not sabido:
                self.pizarra.poner(pedido.pagina, numero, Situacion(Estado.EN_ESPERA))

    def _sabidos(self, pagina: Pagina) -> list[bool]:
        """De cada bloque de una página, si no hace falta ejecutarlo otra vez."""
        situaciones = self.pizarra.situacion(pagina.ruta)
        return [situacion.estado in SABIDOS for situacion in situaciones]

    def _estorba(self, pedido: Pedido) -> bool:
        """Si lo que se está ejecutando ya no sirve; un adelanto de la misma página, sí."""
        if self._en_curso is None:
            return False
        misma = self.repasando(pedido.pagina.ruta)
        if self._en_curso is self._adelanto:
            return not misma or pedido.de_cero
        return misma or self._confirmando

    def _cancelar(self) -> None:
        self._cancelado = True
        if self._en_curso:
            self._en_curso.interrumpir()

    def _siguiente(self) -> Pedido:
        """Espera al próximo pedido.

        Raises:
            Cancelado: si se ha cerrado.
        """
        with self._hay:
            self._hay.wait_for(lambda: self._pedidos or self._cerrado)
            self._cancelado = self._cerrado
            self._comprobar()
            return self._pedidos.popitem()[1]

    def _atender(self, pedido: Pedido) -> None:
        """Repasa una página y, mientras nadie pida otra cosa, deja listo el repaso siguiente.

        Raises:
            Cancelado: si se ha cerrado.
        """
        try:
            desde, dudoso = self._repetir(pedido)
            tocado = pedido.tocado < len(pedido.pagina.bloques)
            self._adelantar(pedido.pagina, pedido.tocado if tocado else desde)
            if dudoso and not self._pedidos:
                self._confirmando = True
                self._repetir(replace(pedido, confirma=True))
        except Cancelado:
            if self._cerrado:
                raise
        except Exception:
            if not self._cerrado:
                self._averiarse(pedido.pagina, traceback.format_exc())
        finally:
            self._en_curso, self._confirmando = None, False

    def _averiarse(self, pagina: Pagina, traza: str) -> None:
        """Algo ha fallado que no es de la página: se dice, y se sigue con lo demás."""
        print(traza, flush=True)
        motivo = f"{relativa(pagina.ruta)}: no se ha podido repasar.\n{traza}"
        self.pizarra.quejarse(pagina, [motivo])

    def _repetir(self, pedido: Pedido) -> tuple[int, bool]:
        """Ejecuta lo que falta de una página.

        Returns:
            El número del primer bloque que faltaba, y si hay que confirmar lo roto: puede
            estarlo solo por el rato que pasó desde que se preparó lo de antes.

        Raises:
            Cancelado: si a mitad de camino deja de hacer falta.
        """
        pagina, sabidos = pedido.pagina, [*self._sabidos(pedido.pagina), False]
        desde = pedido.tocado if pedido.confirma else sabidos.index(False)
        recorrido = self._en_curso = self._empezar(pedido, desde)
        preparados, rotos = recorrido.hechos, 0
        while recorrido.hechos < len(pagina.bloques):
            numero = recorrido.hechos
            if numero >= desde and not pedido.confirma:
                self.pizarra.poner(pagina, numero, Situacion(Estado.EJECUTANDO))
            situacion = self._avanzar(recorrido)
            rotos += situacion.estado is Estado.ROTO
            if numero >= desde or situacion.estado is Estado.ROTO:
                self._apuntar(recorrido, numero, situacion)
        self._acabar(recorrido)
        return desde, bool(rotos and preparados)

    def _empezar(self, pedido: Pedido, desde: int) -> Recorrido:
        """Lo preparado, si sirve; si no, se tira y se empieza por el principio."""
        if pedido.confirma:
            return self._nuevo(pedido.pagina)
        preparado, self._adelanto = self._adelanto, None
        if preparado and preparado.vale_para(pedido, desde):
            preparado.repaso.seguir_con(pedido.pagina)
            return preparado
        if preparado:
            self._sobran.append(preparado)
        return self._nuevo(pedido.pagina)

    def _nuevo(self, pagina: Pagina) -> Recorrido:
        return Recorrido(Repaso(pagina, self.taller, self.actualizar))

    def _avanzar(self, recorrido: Recorrido) -> Situacion:
        """Ejecuta el bloque siguiente.

        Raises:
            Cancelado: si mientras tanto deja de hacer falta.
        """
        self._comprobar_o_tirar(recorrido)
        situacion = recorrido.avanzar()
        self._comprobar_o_tirar(recorrido)
        return situacion

    def _comprobar_o_tirar(self, recorrido: Recorrido) -> None:
        if self._cancelado:
            self._tirar(recorrido)
        self._comprobar()

    def _tirar(self, recorrido: Recorrido) -> None:
        """Lo deja para cuando no haya nada que hacer: cerrar una terminal lleva su tiempo."""
        if recorrido is self._adelanto:
            self._adelanto = None
        self._sobran.append(recorrido)

    def _comprobar(self) -> None:
        if self._cancelado:
            raise Cancelado

    def _apuntar(self, recorrido: Recorrido, numero: int, situacion: Situacion) -> None:
        """Cómo ha ido un bloque, y con él los archivos que ha leído."""
        pagina = recorrido.repaso.pagina
        self._decir(pagina, numero, situacion)
        for guardado in recorrido.usados():
            self._usar(pagina, guardado, numero, situacion.estado)

    def _decir(self, pagina: Pagina, numero: int, situacion: Situacion) -> None:
        if not self.pizarra.poner(pagina, numero, situacion):
            return
        if situacion.estado is Estado.ROTO:
            print(f"\n✗ {situacion.motivo}\n", flush=True)
        elif situacion.estado is Estado.VERIFICADO:
            print(f"✓ {pagina.bloques[numero].valla.origen}: verificado", flush=True)

    def _usar(self, pagina: Pagina, guardado: int, orden: int, estado: Estado) -> None:
        """Un archivo guardado está como la primera orden que lo usa."""
        motivo = f"falla la línea {pagina.bloques[orden].linea}, que lo usa"
        situacion = Situacion(estado, motivo if estado is Estado.ROTO else "")
        self.pizarra.poner(pagina, guardado, situacion, si_esta=Estado.GUARDADO)

    def _acabar(self, recorrido: Recorrido) -> None:
        """Lo que solo se sabe de una página cuando se ha ejecutado entera.

        Raises:
            Cancelado: si ya no es esa página.
        """
        pagina = recorrido.repaso.pagina
        self.al_acabar(pagina, recorrido.lecturas)
        sin_usar = {p.donde: str(p) for p in recorrido.repaso.sin_usar()}
        for numero, bloque in enumerate(pagina.bloques):
            if motivo := sin_usar.get(bloque.valla.origen):
                self._decir(pagina, numero, Situacion(Estado.ROTO, motivo))
        problemas = [*map(str, de_los_bloques(pagina)), recorrido.cerrar()]
        self._en_curso = None
        self._comprobar()
        self.pizarra.quejarse(pagina, [p for p in problemas if p])
        for problema in filter(None, problemas):
            print(f"\n✗ {problema}\n", flush=True)

    def _adelantar(self, pagina: Pagina, hasta: int) -> None:
        """Hace ya lo que el próximo cambio de la página no tocará, si es donde este.

        Args:
            pagina: la que se acaba de repasar.
            hasta: el número del bloque que ha cambiado, que se queda sin ejecutar.

        Raises:
            Cancelado: si lo que se pide mientras tanto es otra cosa.
        """
        while self._sobran and not self._pedidos:
            self._sobran.pop().cerrar()
        self.taller.reponer()
        if self._pedidos:
            return
        recorrido = self._en_curso = self._adelanto = self._nuevo(pagina)
        recorrido.abrir()
        while recorrido.hechos < hasta and not self._pedidos:
            if self._avanzar(recorrido).estado is Estado.ROTO:
                self._tirar(recorrido)
                return
