"""Qué pasa con lo que se pide y no se espera: docs/escala/segundo-plano.md, con sus procesos."""

import json
import os
import runpy
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Timer
from types import SimpleNamespace
from uuid import UUID

import pytest
from consultas import en_marcha
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterTaskRunId
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from motor.espera import esperar
from motor.prefect_por_dentro import SERVIDOR_LISTO
from motor.puertos import escuchan
from motor.rutas import SNIPPETS
from verificador import plugin
from verificador.terminal import Terminal

LIMITE_S = 60
RECIBOS = SNIPPETS / "escala" / "segundo-plano" / "recibos.py"
# Cada task apunta qué proceso la hace y, si se le dice, espera a que la prueba quiera.
SUELTAS = """
import os
import time
from pathlib import Path

from prefect import task

AQUI = Path(__file__).parent


def procesos(cuales):
    return {linea for uno in AQUI.glob(cuales) for linea in uno.read_text().split()}


@task(retries=1, log_prints=True)
def hacer(nombre, espera=""):
    print(f"hago {nombre}")
    with (AQUI / f"{nombre}.txt").open("a") as apuntes:
        apuntes.write(f"{os.getpid()}\\n")
    while espera == "dos" and len(procesos("parte-*.txt")) < 2:
        time.sleep(0.02)
    while espera == "orden" and not (AQUI / f"acaba-{nombre[0]}").exists():
        time.sleep(0.02)
    return os.getpid()


@task
def sin_nadie():
    pass
"""
PARTES = [f"parte-{numero}" for numero in range(5)]
TURNOS = [f"turno-{numero}" for numero in range(8)]
PEDIR = f"""
import json
from pathlib import Path

from prefect import flow
from sueltas import AQUI, hacer, sin_nadie

pedidos = {{}}


@flow
def flow_que_pide():
    pedidos["de un flow"] = hacer.delay("de un flow")


pedidos["a medias"] = hacer.delay("a medias", "orden")
pedidos["detrás"] = hacer.delay("detrás")
pedidos["en la cola"] = hacer.delay("en la cola")
pedidos["sin nadie"] = sin_nadie.delay()
acaba = flow_que_pide(return_state=True).name
for vez in ("una vez", "otra vez"):
    pedidos[vez] = hacer.delay("repetida")
for parte in {PARTES}:
    pedidos[parte] = hacer.delay(parte, "dos")
for turno in {TURNOS}:
    pedidos[turno] = hacer.delay(turno, "orden")
suyos = {{nombre: str(vale.task_run_id) for nombre, vale in pedidos.items()}}
(AQUI / "pedidos.tmp").write_text(json.dumps({{"flow": acaba, "pedidos": suyos}}))
(AQUI / "pedidos.tmp").rename(AQUI / "pedidos.json")
print(pedidos["parte-4"].result(timeout={LIMITE_S}))
"""
SERVIR = ["prefect", "task", "serve", "sueltas.py:hacer", "--limit", "1"]
LISTO = "Subscribing to runs"
FINAL = "Finished in state Completed()"


class Sirve:
    """Un task worker en marcha, y lo que dice."""

    def __init__(self, pila: ExitStack, terminal: Terminal, **ajustes: str) -> None:
        self.proceso = pila.enter_context(en_marcha(terminal, SERVIR, LISTO, **ajustes))
        self.dicho = ""

    def hasta(self, texto: str) -> str:
        """Lee hasta una línea que lo diga, y la devuelve. Si tarda demasiado, lo mata."""
        paciencia = Timer(LIMITE_S, os.killpg, (self.proceso.pid, signal.SIGKILL))
        paciencia.start()
        try:
            linea = ""
            while texto not in linea:
                linea = self.proceso.stdout.readline().decode()
                self.dicho += linea
                assert linea, f"no ha dicho {texto!r}:\n{self.dicho}"
        finally:
            paciencia.cancel()
        return linea

    def recibe(self) -> UUID:
        """El siguiente pedido que recibe."""
        recibido = self.hasta("Received task run: ")
        return UUID(recibido.partition("Received task run: ")[2].split(" - ")[0])

    def acabar(self) -> None:
        """Espera a que termine. Sin `communicate`, que se deja lo que `readline` ya tenía."""
        self.proceso.wait(LIMITE_S)
        self.dicho += self.proceso.stdout.read().decode()


class Pedidos:
    """Lo que el servidor sabe de cada pedido, por su nombre."""

    def __init__(self, terminal: Terminal, cliente: SyncPrefectClient) -> None:
        self.carpeta, self.cliente = terminal.carpeta, cliente
        dicho = json.loads((terminal.carpeta / "pedidos.json").read_text("utf-8"))
        self.flow = dicho["flow"]
        self.ids = {nombre: UUID(suyo) for nombre, suyo in dicho["pedidos"].items()}
        self.nombres = {suyo: nombre for nombre, suyo in self.ids.items()}

    def estado(self, nombre: str) -> str:
        return self.cliente.read_task_run(self.ids[nombre]).state_name

    def llega(self, nombre: str, estado: str) -> bool:
        return esperar(lambda: self.estado(nombre) == estado, LIMITE_S)

    def procesos(self, nombre: str) -> list[int]:
        """Los que han empezado a hacerlo."""
        apuntes = self.carpeta / f"{nombre}.txt"
        hay = apuntes.read_text("utf-8") if apuntes.exists() else ""
        return [int(pid) for pid in hay.split()]

    def empezado(self, nombre: str) -> int:
        """Espera a que lo esté, también para el servidor: qué proceso lo hace."""
        assert self.llega(nombre, "Running")
        assert esperar(lambda: bool(self.procesos(nombre)), LIMITE_S)
        (proceso,) = self.procesos(nombre)
        return proceso


@pytest.fixture(scope="module")
def vivido(pytestconfig: pytest.Config) -> Iterator[SimpleNamespace]:
    """Una tarde entera: se pide todo, muere quien sirve, llegan dos más y se les detiene."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    terminal.entorno["PREFECT_API_URL"] = terminal.api
    for nombre, texto in {"sueltas.py": SUELTAS, "pedir.py": PEDIR}.items():
        (terminal.carpeta / nombre).write_text(texto, "utf-8")
    with ExitStack() as pila:
        pila.callback(terminal.cerrar)
        with ExitStack() as primera:
            arrancar_servidor(primera, terminal)
            cliente = primera.enter_context(SyncPrefectClient(terminal.api))
            vivo = tarde(primera, terminal, cliente)
        # Ya no hay nada en marcha. El servidor, otra vez, con la misma base de datos.
        arrancar_servidor(pila, terminal)
        vivo.pedidos.cliente = pila.enter_context(SyncPrefectClient(terminal.api))
        otro_dia(pila, terminal, vivo)
        yield vivo


def arrancar_servidor(pila: ExitStack, terminal: Terminal) -> None:
    """El que escucha en el puerto de la terminal, que lo anuncia antes de escuchar."""
    pila.enter_context(
        en_marcha(terminal, ["prefect", "server", "start"], SERVIDOR_LISTO)
    )
    assert esperar(lambda: escuchan(terminal.puerto), LIMITE_S)


def tarde(
    pila: ExitStack, terminal: Terminal, cliente: SyncPrefectClient
) -> SimpleNamespace:
    """Lo que pasa hasta que se detiene el servidor."""
    caja = subprocess.Popen(
        [terminal.programas / "python", "pedir.py"],
        cwd=terminal.carpeta,
        env=terminal.entorno,
        stdout=subprocess.PIPE,
        text=True,
    )
    pila.callback(caja.kill)
    assert esperar(lambda: (terminal.carpeta / "pedidos.json").exists(), LIMITE_S)
    pedidos = Pedidos(terminal, cliente)
    vivo = SimpleNamespace(pedidos=pedidos)
    vivo.al_pedir = {nombre: pedidos.estado(nombre) for nombre in pedidos.ids}
    vivo.argumentos = [*(terminal.prefect / "storage" / "parameters").iterdir()]

    muere = Sirve(pila, terminal)
    vivo.recibidos = [pedidos.nombres[muere.recibe()] for _ in range(2)]
    vivo.muerto = pedidos.empezado("a medias")
    vivo.con_el_sitio_ocupado = pedidos.estado("detrás")
    os.kill(vivo.muerto, signal.SIGKILL)

    dos = [Sirve(pila, terminal) for _ in range(2)]
    vivo.esperado, _ = caja.communicate(timeout=LIMITE_S)
    ocupados = ocupar(pedidos, dos)
    vivo.haciendo, vivo.esperando = zip(*ocupados, strict=True)
    for haciendo, senal in zip(
        vivo.haciendo, (signal.SIGTERM, signal.SIGINT), strict=True
    ):
        os.kill(pedidos.empezado(haciendo), senal)
    (terminal.carpeta / "acaba-t").touch()
    for sirve in dos:
        sirve.acabar()
    vivo.dicho = "".join(sirve.dicho for sirve in dos)
    hechos = ("en la cola", "de un flow", "una vez", "otra vez", *PARTES)
    for hecho in (*hechos, *vivo.haciendo):
        assert pedidos.llega(hecho, "Completed"), hecho
    vivo.visto = {nombre: pedidos.estado(nombre) for nombre in pedidos.ids}
    vivo.runs = {n: cliente.read_task_run(i) for n, i in pedidos.ids.items()}
    vivo.logs = logs(cliente, pedidos)
    return vivo


def ocupar(pedidos: Pedidos, dos: list[Sirve]) -> list[tuple[str, str]]:
    """Espera a que cada uno esté con un turno y haya recibido otro: cuáles."""
    ocupados = []
    for sirve in dos:
        recibidos: list[str] = []
        while len(recibidos) < 2:
            nombre = pedidos.nombres[sirve.recibe()]
            recibidos += [nombre] if nombre in TURNOS else []
        ocupados.append(tuple(recibidos))
    return ocupados


def logs(cliente: SyncPrefectClient, pedidos: Pedidos) -> dict[str, list[str]]:
    """Los que el servidor tiene de cada parte y del que es de un flow, cuando están todos."""

    def suyos(nombre: str) -> list[str]:
        filtro = LogFilter(task_run_id=LogFilterTaskRunId(any_=[pedidos.ids[nombre]]))
        return [log.message for log in cliente.read_logs(filtro)]

    nombres = ("de un flow", *PARTES)
    assert esperar(
        lambda: all(f"hago {nombre}" in suyos(nombre) for nombre in nombres), LIMITE_S
    )
    assert esperar(lambda: FINAL in suyos("de un flow"), LIMITE_S)
    return {nombre: suyos(nombre) for nombre in nombres}


def otro_dia(pila: ExitStack, terminal: Terminal, vivo: SimpleNamespace) -> None:
    """Se devuelve a la cola uno perdido, y llega quien no tiene los argumentos de nadie."""
    pedidos, cliente = vivo.pedidos, vivo.pedidos.cliente
    vivo.sin_entregar = [
        turno
        for turno in TURNOS
        if turno not in vivo.haciendo and turno not in vivo.esperando
    ]
    primero, *_ = cliente.read_task_run_states(pedidos.ids["detrás"])
    otra_vez = Scheduled(state_details=primero.state_details)
    cliente.set_task_run_state(pedidos.ids["detrás"], otra_vez)
    ajena = terminal.carpeta / "otra maquina"
    sirve = Sirve(pila, terminal, PREFECT_LOCAL_STORAGE_PATH=str(ajena))
    vivo.al_volver = pedidos.nombres[sirve.recibe()]
    sirve.hasta("because it failed to submit")

    def borrado() -> bool:
        try:
            pedidos.estado("detrás")
        except ObjectNotFound:
            return True
        return False

    vivo.borrado = esperar(borrado, LIMITE_S)
    vivo.al_final = {
        nombre: pedidos.estado(nombre) for nombre in pedidos.ids if nombre != "detrás"
    }


def test_todo_lo_que_se_pide_espera_a_quien_lo_haga(vivido: SimpleNamespace) -> None:
    assert set(vivido.al_pedir.values()) == {"Scheduled"}


def test_sin_flow_el_task_run_no_tiene_flow_run(vivido: SimpleNamespace) -> None:
    assert vivido.runs["en la cola"].flow_run_id is None
    assert vivido.runs["de un flow"].flow_run_id


def test_un_flow_no_espera_lo_que_pide_con_delay(vivido: SimpleNamespace) -> None:
    assert vivido.pedidos.flow == "Completed"
    assert vivido.al_pedir["de un flow"] == "Scheduled"
    assert vivido.visto["de un flow"] == "Completed"


def test_los_argumentos_se_guardan_en_la_carpeta_de_prefect(
    vivido: SimpleNamespace,
) -> None:
    """Uno por pedido; el que no tiene argumentos no guarda nada."""
    assert len(vivido.argumentos) == len(vivido.al_pedir) - 1


def test_lo_que_nadie_sirve_sigue_en_scheduled(vivido: SimpleNamespace) -> None:
    assert vivido.al_final["sin nadie"] == "Scheduled"


def test_la_que_espera_ocupa_su_sitio(vivido: SimpleNamespace) -> None:
    assert vivido.con_el_sitio_ocupado == "Scheduled"


def test_el_que_esperaba_sitio_se_pierde_con_quien_lo_recibio(
    vivido: SimpleNamespace,
) -> None:
    """Mientras otros hacen lo que había detrás; y la que estaba a medias no se repite."""
    assert vivido.recibidos == ["a medias", "detrás"]
    assert vivido.visto["a medias"] == "Running"
    assert vivido.visto["detrás"] == "Scheduled"
    assert vivido.visto["en la cola"] == "Completed"
    assert vivido.pedidos.procesos("a medias") == [vivido.muerto]


def test_dos_task_workers_se_reparten_los_pedidos(vivido: SimpleNamespace) -> None:
    """No acaba ninguna parte hasta que las dos manos han empezado alguna."""
    cada_una = [vivido.pedidos.procesos(parte) for parte in PARTES]
    assert {len(suyos) for suyos in cada_una} == {1}
    assert len({pid for (pid,) in cada_una}) == 2
    assert {vivido.visto[parte] for parte in PARTES} == {"Completed"}


def test_pedir_dos_veces_es_hacerlo_dos_veces(vivido: SimpleNamespace) -> None:
    assert {vivido.visto[vez] for vez in ("una vez", "otra vez")} == {"Completed"}
    assert len(vivido.pedidos.procesos("repetida")) == 2


def test_el_vale_de_delay_tambien_puede_esperar(vivido: SimpleNamespace) -> None:
    """Quien pidió espera a uno que se hizo después."""
    assert vivido.esperado.split() == [str(*vivido.pedidos.procesos("parte-4"))]


def test_al_detenerlo_acaba_lo_que_tiene_entre_manos(vivido: SimpleNamespace) -> None:
    """A uno se le detiene con SIGTERM y al otro, con Ctrl+C."""
    assert {vivido.visto[turno] for turno in vivido.haciendo} == {"Completed"}
    assert {vivido.al_final[turno] for turno in vivido.esperando} == {"Scheduled"}


def test_de_lo_pedido_sin_flow_solo_se_pierde_la_ultima_linea_del_log(
    vivido: SimpleNamespace,
) -> None:
    """Y el aviso que sale en la terminal es por ella."""
    assert "attempted to send logs to the API without a flow run id" in vivido.dicho
    assert FINAL in vivido.logs["de un flow"]
    for parte in PARTES:
        assert vivido.logs[parte] == [f"hago {parte}"]


def test_al_reiniciar_el_servidor_se_olvida_la_cola(vivido: SimpleNamespace) -> None:
    """Lo que seguía en la cola no llega a quien sirve; lo que se devuelve a ella, sí."""
    assert len(vivido.sin_entregar) > 2
    assert vivido.al_volver == "detrás"
    assert {vivido.al_final[turno] for turno in vivido.sin_entregar} == {"Scheduled"}


def test_quien_no_encuentra_los_argumentos_borra_el_pedido(
    vivido: SimpleNamespace,
) -> None:
    assert vivido.borrado


@pytest.mark.parametrize(
    ("antes", "despues", "la_misma"),
    [
        ("@task(retries=1)", "@task(retries=5)", True),
        ("time.sleep(0.2)", "time.sleep(0.3)", False),
        ("import time\n", "import os\nimport time\n", False),
    ],
)
def test_quien_pide_y_quien_sirve_necesitan_el_mismo_codigo(
    tmp_path: Path, antes: str, despues: str, la_misma: bool
) -> None:
    texto = RECIBOS.read_text("utf-8")
    assert antes in texto
    copia = tmp_path / "otro nombre.py"
    copia.write_text(texto.replace(antes, despues), "utf-8")
    una, otra = (runpy.run_path(str(ruta))["hacer_recibo"] for ruta in (RECIBOS, copia))
    assert (una.task_key == otra.task_key) is la_misma
