"""Quién espera y cuánto cuando falla lo de fuera: docs/recuperacion/lo-que-falla-fuera.md."""

import inspect
import re
import runpy
import socket
import sqlite3
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from consultas import cambiar
from httpx import ConnectError, HTTPStatusError
from prefect.client.orchestration import SyncPrefectClient
from prefect.concurrency._asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import rate_limit
from prefect.events import clients
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import exception_to_failed_state
from prefect.utilities.asyncutils import run_coro_as_sync

from motor.ejecuciones import identificadores
from motor.espera import esperar
from motor.prefect_por_dentro import SIN_SERVIDOR
from motor.rutas import SNIPPETS
from verificador.terminal import Terminal

PAGINA = "recuperacion/lo-que-falla-fuera"
LIMITE_S = 60
OCUPADA = "database is locked"


def ventas(terminal: Terminal) -> int:
    """Cuántas ventas han entrado en el almacén."""
    with closing(sqlite3.connect(terminal.raiz / "data/output/almacen.db")) as base:
        return base.execute("SELECT count(*) FROM ventas").fetchone()[0]


def test_sin_servidor_el_flow_no_empieza_y_falla_enseguida(terminal: Terminal) -> None:
    terminal.guardar(f"{PAGINA}/base_ocupada.py")
    nadie = "export PREFECT_API_URL=http://127.0.0.1:1/api\n"

    ejecucion = terminal.ejecutar(f"{nadie}python base_ocupada.py")

    assert ejecucion.codigo == 1
    assert f"RuntimeError: {SIN_SERVIDOR}" in ejecucion.salida
    assert "Beginning flow run" not in ejecucion.salida
    assert ventas(terminal) == 0


class Vivo(BaseHTTPRequestHandler):
    """Un servidor que solo sabe decir que está."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Sin decirlo también en la terminal."""


def test_el_cliente_solo_insiste_con_quien_ya_le_ha_contestado(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    esperas: list[float] = []
    # Debajo hay otra espera, breve, la de quien abre la conexión: que no se note.
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(
        "prefect.client.base.time", SimpleNamespace(sleep=esperas.append)
    )
    with HTTPServer(("127.0.0.1", 0), Vivo) as vivo:
        hilo = Thread(target=vivo.serve_forever, args=[0.01])
        hilo.start()
        direccion = f"http://127.0.0.1:{vivo.server_port}/api"
        con_trato, sin_trato = (
            SyncPrefectClient(direccion),
            SyncPrefectClient(direccion),
        )
        con_trato._client.get("/health").raise_for_status()
        vivo.shutdown()
        hilo.join()

    with pytest.raises(ConnectError):
        sin_trato._client.get("/health")
    assert not esperas

    with pytest.raises(ConnectError):
        con_trato._client.get("/health")
    assert len(esperas) == 5
    for intento, espera in enumerate(esperas, start=1):  # más o menos al azar
        assert 0.5 * 2**intento < espera < 1.5 * 2**intento
    assert 40 < sum(esperas) < 90


def test_prefect_avisa_de_que_lo_que_no_pudo_enviar_se_puede_perder() -> None:
    aviso = re.sub(r'"\s+"', "", inspect.getsource(clients))
    assert "event data (including task run data) may be lost" in aviso


def test_sqlite3_espera_cinco_segundos_si_nadie_le_dice_otra_cosa() -> None:
    with closing(sqlite3.connect(":memory:")) as base:
        assert base.execute("PRAGMA busy_timeout").fetchone() == (5000,)


def test_solo_se_repite_el_error_de_la_base_ocupada(tmp_path: Path) -> None:
    programa = runpy.run_path(str(SNIPPETS / PAGINA / "base_ocupada.py"))
    ruta = tmp_path / "almacen.db"

    def error_de(orden: str) -> sqlite3.OperationalError:
        with (
            closing(sqlite3.connect(ruta, timeout=0)) as base,
            pytest.raises(sqlite3.OperationalError) as error,
        ):
            base.execute(orden)
        return error.value

    def se_repite(error: Exception) -> bool:
        estado = run_coro_as_sync(exception_to_failed_state(error))
        return programa["esta_ocupada"](programa["cargar"], None, estado)

    with closing(sqlite3.connect(ruta, isolation_level=None)) as otro:
        otro.execute("CREATE TABLE ventas (tienda, total)")
        sin_tabla = error_de(programa["MAL"])
        otro.execute("BEGIN IMMEDIATE")
        ocupada = error_de(programa["BIEN"])
    assert str(ocupada) == OCUPADA
    assert se_repite(ocupada)
    assert not se_repite(sin_tabla)
    assert not se_repite(ConnectionError(OCUPADA))


def test_con_un_solo_reintento_la_base_sigue_ocupada(terminal: Terminal) -> None:
    cambiar(terminal.guardar(f"{PAGINA}/base_ocupada.py"), "retries=3", "retries=1")

    ejecucion = terminal.ejecutar("python base_ocupada.py")

    assert ejecucion.codigo == 1
    assert ejecucion.salida.strip().endswith(f"OperationalError: {OCUPADA}")
    assert "Retry 1/1" in ejecucion.salida
    assert ventas(terminal) == 0


def pedir_sitio(cliente: SyncPrefectClient, limite: str) -> int:
    """Pide el sitio de un límite como lo pide `rate_limit`; lo que se contesta."""
    pedido = {"slots": 1, "names": [limite], "mode": "rate_limit"}
    try:
        return cliente.request(
            "POST", "/v2/concurrency_limits/increment", json=pedido
        ).status_code
    except HTTPStatusError as error:
        return error.response.status_code


def test_un_sitio_gastado_se_recupera_con_el_tiempo(cliente: SyncPrefectClient) -> None:
    """Sin que nadie lo devuelva; y no antes de su tiempo."""
    crear = cliente.upsert_global_concurrency_limit_by_name
    crear("lento", 1, slot_decay_per_second=0.001)
    crear("ligero", 1, slot_decay_per_second=5)
    for limite in ("lento", "ligero"):
        assert pedir_sitio(cliente, limite) == 200
    assert esperar(lambda: pedir_sitio(cliente, "ligero") == 200, LIMITE_S)
    assert pedir_sitio(cliente, "lento") == 423


def test_rate_limit_pide_un_limite_que_se_rellene(cliente: SyncPrefectClient) -> None:
    cliente.upsert_global_concurrency_limit_by_name("fijo", 1)
    assert pedir_sitio(cliente, "fijo") == 422


def test_sin_el_limite_creado_strict_es_un_error(cliente: SyncPrefectClient) -> None:
    with temporary_settings({PREFECT_API_URL: str(cliente.api_url)}):
        rate_limit("nadie-lo-ha-creado")
        with pytest.raises(ConcurrencySlotAcquisitionError, match="must be created"):
            rate_limit("nadie-lo-ha-creado", strict=True)


class Puente:
    """Un camino al servidor que se puede cortar y volver a abrir: para quien va por él, el
    servidor se cae y vuelve, y aquí no hay que arrancar otro."""

    def __init__(self, destino: int) -> None:
        """Lo abre en un puerto libre.

        Args:
            destino: el puerto del servidor.
        """
        self._destino = destino
        self.puerto = 0
        self.abrir()

    def abrir(self) -> None:
        """Vuelve a escuchar, en el mismo puerto."""
        self._abiertos: list[socket.socket] = []
        self._oido = socket.create_server(("127.0.0.1", self.puerto))
        self.puerto = self._oido.getsockname()[1]
        Thread(target=self._atender, args=[self._oido], daemon=True).start()

    def cerrar(self) -> None:
        """Corta lo que hay y no admite nada más."""
        for abierto in (self._oido, *self._abiertos):
            with suppress(OSError):
                abierto.shutdown(socket.SHUT_RDWR)
            abierto.close()

    def _atender(self, oido: socket.socket) -> None:
        with suppress(OSError):
            while True:
                una, _ = oido.accept()
                otra = socket.create_connection(("127.0.0.1", self._destino))
                self._abiertos += [una, otra]
                for de, a in ((una, otra), (otra, una)):
                    Thread(target=self._llevar, args=[de, a], daemon=True).start()

    @staticmethod
    def _llevar(de: socket.socket, a: socket.socket) -> None:
        with suppress(OSError):
            while trozo := de.recv(65536):
                a.sendall(trozo)
            a.shutdown(socket.SHUT_WR)


def test_si_el_servidor_vuelve_a_tiempo_el_flow_termina_bien(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    for nombre in ("interruptor", "caida"):
        terminal.guardar(f"{PAGINA}/{nombre}.py")
    ultima = '    cerrar_sin_servidor("Monterrey")\n'
    cambiar(terminal.carpeta / "caida.py", ultima, f"{ultima}    APAGADO.unlink()\n")
    apagado = terminal.raiz / "data/output/apagado"
    apagado.parent.mkdir(exist_ok=True)
    puente = Puente(terminal.puerto)
    hecho: list[bool] = []

    def hacer_de_interruptor() -> None:
        hecho.append(esperar(apagado.exists, LIMITE_S))
        puente.cerrar()
        hecho.append(esperar(lambda: not apagado.exists(), LIMITE_S))
        puente.abrir()

    interruptor = Thread(target=hacer_de_interruptor)
    interruptor.start()
    por_el = f"export PREFECT_API_URL=http://127.0.0.1:{puente.puerto}/api\n"

    ejecucion = terminal.ejecutar(f"{por_el}python caida.py")

    interruptor.join()
    puente.cerrar()
    assert hecho == [True, True]
    assert ejecucion.codigo == 0, ejecucion.salida
    (run,) = identificadores(ejecucion.salida)
    assert cliente.read_flow_run(run).state_name == "Completed"
