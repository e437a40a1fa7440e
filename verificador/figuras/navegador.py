"""El Chromium que fotografía la interfaz de Prefect, tras comprobar qué enseña.

Si algo de lo declarado no se ve, no hay foto: hay un error que dice qué se ve.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from motor.prefect_por_dentro import INTERFAZ_CARGANDO, INTERFAZ_SIN_API
from verificador.figuras.capturas import TEMAS, Captura, CapturaRota

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, Request

CHROMIUM = Path("/usr/bin/chromium")  # el paquete «chromium» de Debian
# La de la guía: allí la medianoche del cron son las 12:00 AM.
ZONA = "America/Mexico_City"
# Píxeles de la foto por píxel CSS: las pantallas de hoy, y ampliar en el móvil.
ESCALA = 2
MARGEN = 6  # píxeles CSS que se dejan alrededor de un recorte
PESO_MAXIMO = 100_000
CALIDADES = (85, 75, 60, 45)
# Sin peticiones ni cambios en la foto durante este tiempo, ya no se mueve.
CALMA_S = 0.6

OPCIONES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # La interfaz llama a un host de analítica aunque se le pida que no: fuera de este
    # equipo no existe ningún nombre ni hay proxy que lo busque.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-proxy-server",
]

Tema = Literal["claro", "oscuro"]


class Foto(NamedTuple):
    """Una imagen WebP y lo que mide en píxeles CSS."""

    webp: bytes
    ancho: int
    alto: int


class Caja(NamedTuple):
    """Un rectángulo de la ventana, en píxeles CSS."""

    x: float
    y: float
    ancho: float
    alto: float

    def contiene(self, otra: Caja) -> bool:
        """Si la otra caja cabe en esta, sin contar medios píxeles."""
        return (
            otra.x >= self.x - 0.5
            and otra.y >= self.y - 0.5
            and otra.x + otra.ancho <= self.x + self.ancho + 0.5
            and otra.y + otra.alto <= self.y + self.alto + 0.5
        )


class Navegador:
    """Un Chromium sin ventana, que arranca con la primera captura y se cierra al salir."""

    def __init__(self, limite_s: float = 20) -> None:
        """Prepara el navegador sin arrancarlo.

        Args:
            limite_s: lo que puede tardar en verse cada cosa.
        """
        self._limite_ms = limite_s * 1000
        # Playwright deja un bucle de asyncio en marcha en su hilo: en el de las pruebas
        # impediría a los demás usar `asyncio.run`.
        self._hilo = ThreadPoolExecutor(1, "navegador")
        self._chromium: Browser | None = None
        self._parar: Callable[[], None] = lambda: None

    def __enter__(self) -> Navegador:
        return self

    def __exit__(self, *_: object) -> None:
        self.cerrar()

    def cerrar(self) -> None:
        """Cierra Chromium, si llegó a arrancar."""
        self._hilo.submit(self._cerrar).result()
        self._hilo.shutdown()

    def revisar(self, captura: Captura, base_url: str, valores: dict[str, str]) -> None:
        """Comprueba que la captura podría hacerse.

        Args:
            captura: la declarada en la página.
            base_url: la del servidor de Prefect, sin barra final.
            valores: lo que rellena los huecos de su ruta.

        Raises:
            CapturaRota: si algo de lo que debe verse no se ve dentro de la foto.
        """
        self._hilo.submit(self._revisar, captura, base_url, valores).result()

    def fotografiar(
        self,
        captura: Captura,
        base_url: str,
        tema: Tema,
        valores: dict[str, str],
    ) -> Foto:
        """Comprueba la captura y devuelve la foto, de menos de 100 000 bytes.

        Raises:
            CapturaRota: como `revisar`, y si la foto no se queda quieta o pesa demasiado.
        """
        return self._hilo.submit(
            self._fotografiar, captura, base_url, tema, valores
        ).result()

    def _revisar(
        self, captura: Captura, base_url: str, valores: dict[str, str]
    ) -> None:
        with self._abrir(captura, "claro") as visita:
            visita.comprobar(captura.direccion(base_url, valores))

    def _fotografiar(
        self,
        captura: Captura,
        base_url: str,
        tema: Tema,
        valores: dict[str, str],
    ) -> Foto:
        direccion = captura.direccion(base_url, valores)
        with self._abrir(captura, tema) as visita:
            # La primera visita espera a que el servidor lo sepa todo: los eventos de las
            # tasks le llegan tarde. La segunda ya no se dibuja a medias.
            visita.comprobar(direccion)
            caja = visita.comprobar(direccion)
            return Foto(visita.fotografiar(caja), int(caja.ancho), int(caja.alto))

    @contextmanager
    def _abrir(self, captura: Captura, tema: Tema) -> Iterator[Visita]:
        """Una pestaña sin historia, como la de quien llega por primera vez."""
        contexto = self._arrancado().new_context(
            viewport={"width": captura.ventana[0], "height": captura.ventana[1]},
            device_scale_factor=ESCALA,
            color_scheme=TEMAS[tema],
            locale="es-ES",
            timezone_id=ZONA,
            reduced_motion="reduce",
        )
        contexto.set_default_timeout(self._limite_ms)
        try:
            yield Visita(captura, contexto.new_page(), self._limite_ms)
        finally:
            contexto.close()

    def _arrancado(self) -> Browser:
        if self._chromium is None:
            from playwright.sync_api import sync_playwright

            if not CHROMIUM.exists():
                raise CapturaRota(f"no hay Chromium en {CHROMIUM}: instálalo")
            playwright = sync_playwright().start()
            self._parar = playwright.stop
            self._chromium = playwright.chromium.launch(
                executable_path=CHROMIUM, args=OPCIONES
            )
        return self._chromium

    def _cerrar(self) -> None:
        if self._chromium:
            self._chromium.close()
        self._parar()


class Visita:
    """Una pestaña abierta para una captura."""

    def __init__(self, captura: Captura, pestana: Page, limite_ms: float) -> None:
        self.captura = captura
        self.pestana = pestana
        self.limite_ms = limite_ms
        self._pendientes: set[Request] = set()
        self._ultima = time.monotonic()  # cuándo empezó o acabó la última petición
        pestana.on("request", self._empieza)
        pestana.on("requestfinished", self._acaba)
        pestana.on("requestfailed", self._acaba)

    def comprobar(self, direccion: str) -> Caja:
        """Va a la dirección, pulsa, espera y devuelve la caja de la foto.

        Raises:
            CapturaRota: si algo de `visible` no se ve entero dentro de ella.
        """
        self._ir(direccion)
        for selector in self.captura.pulsa:
            with self._exigir(selector, "no se puede pulsar"):
                self.pestana.locator(selector).first.click()
        self.pestana.mouse.move(0, 0)  # que nada quede resaltado bajo el ratón
        for selector in self.captura.visible:
            with self._exigir(selector, "no se ve"):
                self._visibles(selector).first.wait_for()
        self._exigir_conexion()
        with self._exigir("una página en calma", "no se consigue"):
            self.pestana.wait_for_function(CARGADA, arg=INTERFAZ_CARGANDO)
        caja = self._encuadrar()
        for selector in self.captura.visible:
            vistas = self._visibles(selector).evaluate_all(CAJAS_ENTERAS)
            if not any(caja.contiene(Caja(*vista)) for vista in vistas):
                raise self._rota(f"«{selector}» existe, pero no entero en la foto")
        return caja

    def fotografiar(self, caja: Caja) -> bytes:
        """La foto, cuando deja de cambiar, con la mejor calidad que cabe.

        Raises:
            CapturaRota: si no para de cambiar o no cabe.
        """
        foto = self._quieta(caja)
        for calidad in CALIDADES[1:]:
            if len(foto) < PESO_MAXIMO:
                return foto
            foto = self._disparar(caja, calidad)
        if len(foto) < PESO_MAXIMO:
            return foto
        raise self._rota(
            f"la foto pesa {len(foto)} bytes; el máximo son {PESO_MAXIMO}: recórtala"
        )

    def _ir(self, direccion: str) -> None:
        from playwright.sync_api import Error

        try:
            self.pestana.goto(direccion)
        except Error as error:
            motivo = error.message.splitlines()[0]
            raise CapturaRota(
                f"captura «{self.captura.nombre}»: {direccion} no se abre: {motivo}"
            ) from None

    def _visibles(self, selector: str) -> Locator:
        return self.pestana.locator(selector).filter(visible=True)

    def _encuadrar(self) -> Caja:
        """Lleva el recorte a la vista y mide lo que de él cabe en la ventana."""
        ancho, alto = self.captura.ventana
        selector = self.captura.recorte
        if not selector:
            return Caja(0, 0, ancho, alto)
        with self._exigir(selector, "no se ve el recorte"):
            self._visibles(selector).first.wait_for()
        self._visibles(selector).first.evaluate(LLEVAR_ARRIBA, MARGEN)
        cajas = self._visibles(selector).evaluate_all(CAJAS)
        izquierda = max(0, int(min(x for x, *_ in cajas)) - MARGEN)
        arriba = max(0, int(min(y for _, y, *_ in cajas)) - MARGEN)
        derecha = min(ancho, int(max(x + w for x, _, w, _ in cajas)) + MARGEN)
        abajo = min(alto, int(max(y + h for _, y, _, h in cajas)) + MARGEN)
        return Caja(izquierda, arriba, derecha - izquierda, abajo - arriba)

    def _quieta(self, caja: Caja) -> bytes:
        """Dispara hasta que dos fotos separadas por un rato de calma son iguales.

        El grafo se dibuja en un `canvas`, así que la página no sabe cuándo ha acabado.
        """
        fin = time.monotonic() + self.limite_ms / 1000
        foto, desde = self._disparar(caja), time.monotonic()
        while time.monotonic() < fin:
            # Mientras se espera también se atienden las peticiones.
            self.pestana.wait_for_timeout(100)
            siguiente = self._disparar(caja)
            if siguiente != foto or self._pendientes:
                foto, desde = siguiente, time.monotonic()
            elif time.monotonic() - max(desde, self._ultima) > CALMA_S:
                return foto
        raise self._rota("la imagen no deja de cambiar")

    def _disparar(self, caja: Caja, calidad: int = CALIDADES[0]) -> bytes:
        """Una foto en WebP, que Playwright aún no sabe hacer por sí solo."""
        x, y = self.pestana.evaluate("[scrollX, scrollY]")
        canal = self.pestana.context.new_cdp_session(self.pestana)
        respuesta = canal.send(
            "Page.captureScreenshot",
            {
                "format": "webp",
                "quality": calidad,
                "clip": {
                    "x": x + caja.x,
                    "y": y + caja.y,
                    "width": caja.ancho,
                    "height": caja.alto,
                    "scale": ESCALA,
                },
            },
        )
        canal.detach()
        return base64.b64decode(respuesta["data"])

    def _empieza(self, peticion: Request) -> None:
        self._pendientes.add(peticion)
        self._ultima = time.monotonic()

    def _acaba(self, peticion: Request) -> None:
        self._pendientes.discard(peticion)
        self._ultima = time.monotonic()

    def _exigir_conexion(self) -> None:
        if self.pestana.get_by_text(INTERFAZ_SIN_API).count():
            raise self._rota("la interfaz dice que no conecta con la API")

    @contextmanager
    def _exigir(self, selector: str, problema: str) -> Iterator[None]:
        from playwright.sync_api import Error, TimeoutError

        try:
            yield
        except TimeoutError:
            self._exigir_conexion()
            raise self._rota(
                f"{problema} «{selector}» en {self.limite_ms / 1000:g} s"
            ) from None
        except Error as error:  # un selector mal escrito, por ejemplo
            raise self._rota(f"{problema} «{selector}»: {error.message}") from None

    def _rota(self, problema: str) -> CapturaRota:
        texto = "\n".join(self.pestana.evaluate(TEXTO_PRINCIPAL).split("\n")[:30])
        return CapturaRota(
            f"captura «{self.captura.nombre}» ({self.captura.ruta}): {problema}.\n"
            f"Lo que se ve en {self.pestana.url}:\n{texto[:1500] or '(nada)'}"
        )


# Fuentes listas, nada cargando y nada animándose.
CARGADA = """(cargando) =>
  document.fonts.status === "loaded"
  && !document.querySelector(cargando)
  && !document.getAnimations().some((animacion) => animacion.playState === "running")
"""
TEXTO_PRINCIPAL = """() =>
  (document.querySelector("main") ?? document.body)?.innerText.replace(/\\n+/g, "\\n") ?? ""
"""
LLEVAR_ARRIBA = """(elemento, margen) => {
  elemento.style.scrollMargin = `${margen}px`;
  elemento.scrollIntoView();
}"""
CAJAS = """(elementos) => elementos.map((elemento) => {
  const { x, y, width, height } = elemento.getBoundingClientRect();
  return [x, y, width, height];
})"""
# Solo lo que no queda cortado por la ventana, ni por una tabla con desplazamiento, ni
# debajo de un aviso.
CAJAS_ENTERAS = """async (elementos) => {
  if (!elementos.length) return [];
  const cruces = await new Promise((resolver) => {
    const observador = new IntersectionObserver((cruces) => {
      observador.disconnect();
      resolver(cruces);
    });
    elementos.forEach((elemento) => observador.observe(elemento));
  });
  return cruces
    .filter(({ target, intersectionRatio, boundingClientRect: caja }) => {
      const encima = document.elementFromPoint(
        caja.x + caja.width / 2, caja.y + caja.height / 2);
      return intersectionRatio > 0.99
        && (target.contains(encima) || encima?.contains(target));
    })
    .map(({ boundingClientRect: { x, y, width, height } }) => [x, y, width, height]);
}"""
