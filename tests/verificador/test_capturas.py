"""Una captura enseña lo que dice, pesa poco y no sale de este equipo; si no, se rompe."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from verificador.figuras.capturas import TEMAS, Captura, CapturaRota
from verificador.figuras.navegador import ESCALA, PESO_MAXIMO, Caja, Foto, Navegador

con_navegador = pytest.mark.figuras

ESTILO = """<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; font: 16px sans-serif; background: white; color: black }
  @media (prefers-color-scheme: dark) { body { background: black; color: white } }
  .lejos { margin-top: 900px }
  .tapa { position: fixed; inset: 0; background: gray }
</style>"""
PAGINAS = {
    "/v2/runs": "<main><h1>Runs</h1><a href='/v2/runs/una'>una</a>"
    "<p class='lejos'>Al fondo</p></main>",
    "/v2/runs/una": "<main><h1>Una</h1><p>Completed</p></main>",
    "/v2/lenta": "<main class='animate-pulse'>Cargando</main><script>"
    "setTimeout(() => { document.querySelector('main').innerHTML = 'Completed' }, 300);"
    "setTimeout(() => { document.querySelector('main').className = 'lista' }, 600)"
    "</script>",
    "/v2/tapada": "<main>Completed</main><div class='tapa'>Aviso</div>",
    "/v2/cortada": "<main style='width: 40px; overflow: hidden'>"
    "<p style='width: 200px'>Completed</p></main>",
    "/v2/sin-api": "<main>Completed</main>"
    "<p>Can't connect to Server API at http://127.0.0.1:4200/api.</p>",
    "/v2/ruido": "<main><canvas width='1200' height='1200'></canvas></main><script>"
    "const c = document.querySelector('canvas').getContext('2d');"
    "const d = c.createImageData(1200, 1200);"
    "for (let i = 0; i < d.data.length; i++) d.data[i] = Math.random() * 255;"
    "c.putImageData(d, 0, 0)</script>",
    # «localhost» es este mismo servidor: si la petición saliera, respondería.
    "/v2/fuera": "<main></main><script>"
    "const decir = (texto) => { document.querySelector('main').textContent = texto };"
    "fetch(`http://localhost:${location.port}/v2/runs`, { mode: 'no-cors' })"
    ".then(() => decir('ha salido'), () => decir('bloqueada'))</script>",
}


class Servidor(BaseHTTPRequestHandler):
    """Sirve `PAGINAS`, sin registrar nada en la salida de las pruebas."""

    def do_GET(self) -> None:
        cuerpo = PAGINAS.get(self.path.partition("?")[0])
        self.send_response(200 if cuerpo else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((ESTILO + (cuerpo or "")).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """La dirección de una interfaz de mentira."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Servidor) as servidor:
        threading.Thread(target=servidor.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{servidor.server_port}"
        servidor.shutdown()


@pytest.fixture(scope="module")
def navegador() -> Iterator[Navegador]:
    pytest.importorskip("playwright.sync_api")
    with Navegador(limite_s=5) as nuevo:
        yield nuevo


def captura(ruta: str, *visible: str, **resto: object) -> Captura:
    datos = {
        "alt": "Una página de mentira, para las pruebas",
        "ventana": [400, 300],
        "visible": [*visible],
    }
    return Captura.desde_yaml("prueba", {**datos, "ruta": ruta, **resto})


def medidas(foto: Foto) -> tuple[int, int]:
    """Las que dice su cabecera, que es la de un WebP extendido, en píxeles CSS."""
    assert foto.webp[:4] + foto.webp[8:16] == b"RIFFWEBPVP8X"
    lados = (foto.webp[24:27], foto.webp[27:30])
    ancho, alto = (int.from_bytes(lado, "little") + 1 for lado in lados)
    return ancho // ESCALA, alto // ESCALA


@con_navegador
def test_la_foto_mide_lo_declarado_y_pesa_poco(navegador: Navegador, base: str) -> None:
    foto = navegador.fotografiar(captura("/runs", "text=Runs"), base, "claro", {})
    assert medidas(foto) == foto[1:] == (400, 300)
    assert len(foto.webp) < PESO_MAXIMO


@con_navegador
def test_claro_y_oscuro_son_distintas(navegador: Navegador, base: str) -> None:
    runs = captura("/runs", "text=Runs")
    claro, oscuro = (navegador.fotografiar(runs, base, t, {}) for t in TEMAS)
    assert claro.webp != oscuro.webp
    assert claro[1:] == oscuro[1:]


@con_navegador
def test_el_recorte_abarca_todo_lo_que_casa(navegador: Navegador, base: str) -> None:
    titulo = captura("/runs", "h1", recorte="h1")
    con_enlace = captura("/runs", "h1", "text=una", recorte="h1, a")
    menor, mayor = (
        navegador.fotografiar(c, base, "claro", {}) for c in (titulo, con_enlace)
    )
    assert menor.alto < mayor.alto
    assert medidas(mayor) == mayor[1:]


@con_navegador
def test_llega_pulsando_o_con_un_valor(navegador: Navegador, base: str) -> None:
    pulsando = captura("/runs", "text=Completed", pulsa=["a >> text=una"])
    navegador.revisar(pulsando, base, {})
    con_valor = captura("/runs/{flow_run}", "text=Completed")
    navegador.revisar(con_valor, base, {"flow_run": "una"})


@con_navegador
def test_espera_a_que_termine_de_cargar(navegador: Navegador, base: str) -> None:
    lenta = captura("/lenta", "main.lista", "text=Completed")
    navegador.revisar(lenta, base, {})


@con_navegador
@pytest.mark.parametrize(
    ("rota", "avisos"),
    [
        (captura("/runs", "text=Failed"), ["«prueba» (/runs)", "text=Failed", "una"]),
        (captura("/runs", "text=Runs", pulsa=["text=Logs"]), ["pulsar «text=Logs»"]),
        (captura("/runs", "text=Al fondo"), ["«text=Al fondo» existe, pero no"]),
        (captura("/runs", "text=una", recorte="h1"), ["«text=una» existe, pero no"]),
        (captura("/runs", "h1", recorte="table"), ["el recorte «table»"]),
        (captura("/tapada", "text=Completed"), ["no entero en la foto", "Completed"]),
        (captura("/cortada", "text=Completed"), ["no entero en la foto"]),
        (captura("/sin-api", "text=Completed"), ["no conecta con la API"]),
        (captura("/runs", ":::"), ["no se ve «:::»"]),
    ],
    ids=lambda valor: valor.ruta if isinstance(valor, Captura) else "",
)
def test_si_no_se_ve_lo_declarado_se_rompe_y_dice_que_se_ve(
    navegador: Navegador, base: str, rota: Captura, avisos: list[str]
) -> None:
    with pytest.raises(CapturaRota) as error:
        navegador.revisar(rota, base, {})
    for aviso in avisos:
        assert aviso in str(error.value)


@con_navegador
def test_una_foto_que_pesa_demasiado_se_rompe(navegador: Navegador, base: str) -> None:
    ruido = captura("/ruido", "canvas", ventana=[1200, 1200])
    with pytest.raises(CapturaRota, match=r"pesa .* recórtala"):
        navegador.fotografiar(ruido, base, "claro", {})


@con_navegador
def test_un_servidor_parado_se_dice(navegador: Navegador) -> None:
    with pytest.raises(CapturaRota, match="no se abre"):
        navegador.revisar(captura("/runs", "h1"), "http://127.0.0.1:9", {})


@con_navegador
def test_nada_sale_de_este_equipo(navegador: Navegador, base: str) -> None:
    navegador.revisar(captura("/fuera", "text=bloqueada"), base, {})


@con_navegador
def test_el_navegador_no_estorba_a_asyncio(navegador: Navegador, base: str) -> None:
    navegador.revisar(captura("/runs", "h1"), base, {})
    assert asyncio.run(asyncio.sleep(0, "hecho")) == "hecho"


def test_un_navegador_que_no_se_usa_no_arranca() -> None:
    with Navegador() as navegador:
        assert navegador._chromium is None


@pytest.mark.parametrize(
    ("cambio", "aviso"),
    [
        ({"alt": None}, "alt (Field required)"),
        ({"recortes": "main"}, "recortes (Extra inputs are not permitted)"),
        ({"alt": "corto"}, "alt (String should have at least 20"),
        ({"ruta": "runs"}, "ruta (String should match pattern '^/')"),
        ({"visible": "text=Runs"}, "visible (Input should be a valid list)"),
        ({"visible": []}, "visible (List should have at least 1 item"),
        ({"ventana": [960]}, "ventana.1 (Field required)"),
        ({"ventana": "960x600"}, "ventana (Input should be a valid tuple)"),
    ],
)
def test_una_declaracion_mal_escrita_se_explica(
    cambio: dict[str, object], aviso: str
) -> None:
    buena = {
        "alt": "x" * 20,
        "ruta": "/runs",
        "visible": ["main"],
        "ventana": [640, 480],
    }
    Captura.desde_yaml("prueba", buena)
    datos = {n: v for n, v in {**buena, **cambio}.items() if v is not None}
    with pytest.raises(CapturaRota) as error:
        Captura.desde_yaml("prueba", datos)
    assert aviso in str(error.value)


def test_una_declaracion_que_no_es_un_diccionario_se_explica() -> None:
    with pytest.raises(CapturaRota, match="«prueba» debe ser"):
        Captura.desde_yaml("prueba", ["/runs"])


def test_falta_el_valor_de_un_hueco() -> None:
    with pytest.raises(CapturaRota, match="nadie da 'flow_run'"):
        captura("/runs/flow-run/{flow_run}", "main").direccion("http://base", {})


def test_una_caja_contiene_a_otra() -> None:
    assert Caja(0, 0, 10, 10).contiene(Caja(0, 0, 10.4, 10))
    assert not Caja(0, 0, 10, 10).contiene(Caja(5, 5, 10, 2))
