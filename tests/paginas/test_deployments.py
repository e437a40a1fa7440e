"""Dónde vive el código de un deployment: docs/produccion/deployments.md, con git y un worker."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from consultas import cambiar, en_marcha
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import State
from prefect.deployments import run_deployment
from prefect.exceptions import PrefectHTTPStatusError, ScriptError
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.runner.storage import LocalStorage
from prefect.settings import PREFECT_API_URL, temporary_settings

from motor.espera import esperar
from motor.prefect_por_dentro import TERMINA
from motor.rutas import DATOS
from verificador import plugin
from verificador.terminal import Ejecucion, Terminal

DEPLOYMENTS = "produccion/deployments"
NOCHE = "cierre-de-tienda/noche"
CIERRE = "informe.py:cierre_de_tienda"
SIN_WORKER = "usa-la-raiz/estrecha"
GIT_CLONE = "prefect.deployments.steps.git_clone"
LIMITE_S = 60
LOG_S = 10
ULTIMO = re.compile(f"{TERMINA}|Runner failed to retrieve flow")
COMMIT = "git -c user.name=Ana -c user.email=ana@jacaranda.example commit -q -m"
REPOSITORIO = f"""
cd informes
git init -q -b main
git add .
{COMMIT} Todo
git clone -q --bare . ../informes.git
cd ..
prefect work-pool create oficina --type process
prefect work-pool create estrecho --type process
prefect variable set repositorio "$PWD/informes.git"
"""
# Otros flows del mismo repositorio: cada uno importa un módulo que está en otro sitio.
DE_LA_RAIZ = """
from filtros import solo_ventas
from prefect import flow


@flow(log_prints=True)
def usa_la_raiz() -> None:
    print(solo_ventas.__name__)
"""
DE_OTRA_CARPETA = """
from herramientas import saludo
from prefect import flow


@flow(log_prints=True)
def usa_otra_carpeta() -> None:
    print(saludo)
"""
SUELTO = """
from prefect import flow


@flow
def suelto() -> None: ...
"""
OTROS = """
  - name: de-mi-carpeta
    entrypoint: flows/usa_la_raiz.py:usa_la_raiz
    pull: [{ prefect.deployments.steps.set_working_directory: { directory: /no-existe } }]
    work_pool: { name: oficina }
  - name: hallado
    entrypoint: flows/usa_otra_carpeta.py:usa_otra_carpeta
    work_pool: { name: oficina, job_variables: { env: { PYTHONPATH: comun } } }
  - name: perdido
    entrypoint: flows/usa_otra_carpeta.py:usa_otra_carpeta
    work_pool: { name: oficina }
  - name: sin-parametros
    entrypoint: informe.py:cierre_de_tienda
    work_pool: { name: oficina }
  - name: estrecha
    entrypoint: flows/usa_la_raiz.py:usa_la_raiz
    work_pool: { name: estrecho }
"""


@dataclass
class Oficina:
    """El proyecto de la página en git y, si hay un worker, lo que ha ejecutado."""

    terminal: Terminal
    cliente: SyncPrefectClient

    def pedir(self, deployment: str, **parametros: object) -> UUID:
        """Pide una ejecución; da su id."""
        pedido = self.cliente.read_deployment_by_name(deployment)
        return self.cliente.create_flow_run_from_deployment(
            pedido.id, parameters=parametros
        ).id

    def final(self, run: UUID) -> State:
        """El estado en que acaba una ejecución."""

        def estado() -> State:
            return self.cliente.read_flow_run(run).state

        assert esperar(lambda: estado().is_final(), LIMITE_S), estado()
        return estado()

    def log(self, run: UUID) -> str:
        """Lo que ha dicho, que llega al servidor un poco después."""
        suyos = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run]))

        def dicho() -> str:
            return "\n".join(log.message for log in self.cliente.read_logs(suyos))

        esperar(lambda: ULTIMO.search(dicho()), LOG_S)
        return dicho()


@pytest.fixture(scope="module")
def oficina(pytestconfig: pytest.Config, puerto: int) -> Iterator[Oficina]:
    """El repositorio y sus deployments; y, sin confirmar, un cambio en el flow."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    informes = terminal.carpeta / "informes"
    (informes / "flows").mkdir(parents=True)
    (informes / "comun").mkdir()
    shutil.copy(DATOS / "ventas.csv", informes)
    for nombre in ("filtros.py", "informe.py", "prefect.yaml"):
        terminal.guardar(f"{DEPLOYMENTS}/{nombre}").rename(informes / nombre)
    for nombre in ("desplegar.py", "cadena.py"):
        terminal.guardar(f"{DEPLOYMENTS}/{nombre}")
    (informes / "comun/herramientas.py").write_text('saludo = "hola"\n', "utf-8")
    (informes / "flows/usa_la_raiz.py").write_text(DE_LA_RAIZ, "utf-8")
    (informes / "flows/usa_otra_carpeta.py").write_text(DE_OTRA_CARPETA, "utf-8")
    with (informes / "prefect.yaml").open("a", encoding="utf-8") as receta:
        receta.write(OTROS)
    assert terminal.ejecutar(REPOSITORIO).codigo == 0
    cambiar(informes / "informe.py", 'print(f"{tienda}', 'print(f"SIN COMMIT {tienda}')
    creados = terminal.ejecutar(
        "cd informes\nprefect deploy --all --no-prompt\ncd ..\npython desplegar.py"
    )
    assert creados.codigo == 0, creados.salida
    with SyncPrefectClient(terminal.api) as cliente:
        yield Oficina(terminal, cliente)
    terminal.cerrar()


@pytest.fixture(scope="module")
def atendida(oficina: Oficina) -> Iterator[Oficina]:
    """Lo mismo, con un worker que pregunta cada segundo."""
    orden = ["prefect", "worker", "start", "--pool", "oficina"]
    with en_marcha(
        oficina.terminal, orden, "started!", PREFECT_WORKER_QUERY_SECONDS="1"
    ):
        yield oficina


@pytest.fixture(scope="module")
def ejecutadas(atendida: Oficina) -> dict[str, tuple[State, str]]:
    """Una ejecución de cada deployment: cómo ha acabado y lo que ha dicho."""
    pedidas = {
        "noche": atendida.pedir(NOCHE),
        "ayer": atendida.pedir(NOCHE, desde="ayer"),
        "hallado": atendida.pedir("usa-otra-carpeta/hallado"),
        "perdido": atendida.pedir("usa-otra-carpeta/perdido"),
    }
    finales = {nombre: atendida.final(run) for nombre, run in pedidas.items()}
    return {n: (finales[n], atendida.log(run)) for n, run in pedidas.items()}


def test_el_worker_ejecuta_lo_confirmado_y_no_lo_del_editor(
    ejecutadas: dict[str, tuple[State, str]],
) -> None:
    """Aunque se haya vuelto a desplegar después de cambiar el archivo."""
    estado, log = ejecutadas["noche"]
    assert estado.is_completed(), log
    assert "Puebla: 2 ventas" in log
    assert "SIN COMMIT" not in log


def test_desde_python_se_despliega_lo_mismo_que_con_el_archivo(
    oficina: Oficina,
) -> None:
    uno, otro = (
        oficina.cliente.read_deployment_by_name(f"cierre-de-tienda/{nombre}")
        for nombre in ("noche", "desde-python")
    )
    assert uno.entrypoint == otro.entrypoint
    assert (uno.parameters, uno.tags) == (otro.parameters, otro.tags)
    pasos = [paso for d in (uno, otro) for paso in d.pull_steps]
    assert [list(paso) for paso in pasos] == [[GIT_CLONE], [GIT_CLONE]]
    assert pasos[0][GIT_CLONE]["branch"] == pasos[1][GIT_CLONE]["branch"] == "main"


@pytest.mark.parametrize("callado", [False, True])
def test_deploy_recuerda_que_existe_serve_y_no_es_un_error(
    oficina: Oficina,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    callado: bool,
) -> None:
    (tmp_path / "suelto.py").write_text(SUELTO, "utf-8")
    with temporary_settings({PREFECT_API_URL: oficina.terminal.api}):
        suelto = Flow.from_source(str(tmp_path), "suelto.py:suelto")
        creado = suelto.deploy(
            f"callado-{callado}", work_pool_name="oficina", ignore_warnings=callado
        )
    aviso = " ".join(capsys.readouterr().out.split())
    assert ("Looks like you're deploying to a process work pool" in aviso) != callado
    assert ("calling `.serve` on your flow" in aviso) != callado
    assert oficina.cliente.read_deployment(creado).work_pool_name == "oficina"


def test_con_un_prefect_yaml_la_orden_usa_sus_pasos(oficina: Oficina) -> None:
    hecho = desplegar(oficina, f"{CIERRE} --name con-receta --pool oficina")
    assert hecho.codigo == 0, hecho.salida
    creado = oficina.cliente.read_deployment_by_name("cierre-de-tienda/con-receta")
    assert [list(paso) for paso in creado.pull_steps] == [[GIT_CLONE]]


def test_cada_orden_de_git_hace_lo_que_dice_la_pagina(tmp_path: Path) -> None:
    mio, suyo = tmp_path / "mio", tmp_path / "suyo.git"
    mio.mkdir()

    def git(*opciones: str, de: Path = mio) -> list[str]:
        quien = ["-c", "user.name=Ana", "-c", "user.email=ana@jacaranda.example"]
        orden = ["git", *quien, *opciones]
        hecho = subprocess.run(orden, cwd=de, check=True, capture_output=True)
        return hecho.stdout.decode().split()

    def confirmado(de: Path) -> list[str]:
        return git("ls-tree", "--name-only", "main", de=de)

    git("init", "-q", "-b", "main")
    assert git("branch", "--show-current") == ["main"]
    for nombre in ("primero", "segundo"):
        (mio / nombre).touch()
    git("add", "primero")
    git("commit", "-q", "-m", "Solo uno")
    assert confirmado(mio) == ["primero"]
    git("clone", "-q", "--bare", ".", str(suyo))
    git("add", "segundo")
    git("commit", "-q", "-m", "El otro")
    assert (confirmado(mio), confirmado(suyo)) == (["primero", "segundo"], ["primero"])
    git("push", "-q", str(suyo), "main")
    assert confirmado(suyo) == ["primero", "segundo"]


def cargar(carpeta: Path, flow: str) -> Flow:
    """El flow de un repositorio, como lo carga un worker: desde la raíz de su copia."""
    ruta = list(sys.path)
    try:
        with chdir(carpeta):
            return load_flow_from_entrypoint(flow, use_placeholder_flow=False)
    finally:
        sys.path[:] = ruta
        sys.modules.pop("filtros", None)


def test_un_modulo_de_la_raiz_lo_encuentra_el_worker_y_python_no(
    oficina: Oficina,
) -> None:
    informes = oficina.terminal.carpeta / "informes"
    programa = "flows/usa_la_raiz.py"
    assert cargar(informes, f"{programa}:usa_la_raiz").name == "usa-la-raiz"
    a_mano = oficina.terminal.ejecutar(f"(cd informes; python {programa})")
    assert "No module named 'filtros'" in a_mano.salida


def test_un_modulo_de_otra_carpeta_pide_pythonpath(
    oficina: Oficina, ejecutadas: dict[str, tuple[State, str]]
) -> None:
    informes = oficina.terminal.carpeta / "informes"
    with pytest.raises(ScriptError, match="No module named 'herramientas'"):
        cargar(informes, "flows/usa_otra_carpeta.py:usa_otra_carpeta")
    suyo = oficina.cliente.read_deployment_by_name("usa-otra-carpeta/hallado")
    assert suyo.job_variables == {"env": {"PYTHONPATH": "comun"}}
    hallado, log = ejecutadas["hallado"]
    assert hallado.is_completed(), log


def test_sin_un_modulo_acaba_en_crashed_y_el_worker_vuelve_a_cargar_el_flow(
    ejecutadas: dict[str, tuple[State, str]],
) -> None:
    estado, log = ejecutadas["perdido"]
    assert estado.is_crashed()
    assert "encountered when trying to load flow" in log
    assert "Runner failed to retrieve flow to execute on_crashed hooks" in log
    assert "ModuleNotFoundError: No module named 'herramientas'" in log


def test_el_servidor_no_sabe_si_un_texto_es_una_fecha(
    ejecutadas: dict[str, tuple[State, str]],
) -> None:
    estado, log = ejecutadas["ayer"]
    assert estado.is_failed()
    assert "ParameterTypeError" in log + str(estado.message)


@pytest.mark.parametrize(
    ("parametros", "queja"),
    [({"tienda": 12}, "not of type 'string'"), ({"desde": None}, "")],
)
def test_al_pedirla_se_comprueban_los_tipos(
    oficina: Oficina, parametros: dict[str, object], queja: str
) -> None:
    with pytest.raises(PrefectHTTPStatusError) as rechazo:
        oficina.pedir(NOCHE, **parametros)
    assert rechazo.value.response.status_code == 409
    assert queja in rechazo.value.response.text


def test_al_pedirla_se_comprueba_que_no_falte_ningun_parametro(
    oficina: Oficina,
) -> None:
    with pytest.raises(PrefectHTTPStatusError, match="409") as rechazo:
        oficina.pedir("cierre-de-tienda/sin-parametros")
    assert "'tienda' is a required property" in rechazo.value.response.text


def test_los_parametros_de_prefect_yaml_se_comprueban_al_desplegar(
    oficina: Oficina,
) -> None:
    hecho = con_otra_receta(oficina, "tienda: Puebla", "tienda: 12")
    assert hecho.codigo == 1
    assert "12 is not of type 'string'" in hecho.salida


def test_cada_ejecucion_lleva_las_etiquetas_y_la_version_del_deployment(
    oficina: Oficina,
) -> None:
    run = oficina.cliente.read_flow_run(oficina.pedir("cierre-de-tienda/mes"))
    assert set(run.tags) == {"cierre", "mensual"}
    assert run.deployment_version == "1.0"


def test_de_una_carpeta_se_guarda_la_ruta_tambien_desde_python() -> None:
    (opciones,) = LocalStorage("informes").to_pull_step().values()
    assert re.fullmatch(r"/.+/informes", opciones["directory"])


def test_con_la_comprobacion_la_cadena_falla(atendida: Oficina) -> None:
    terminal = atendida.terminal
    programa = terminal.carpeta / "cadena.py"
    ultima = '    print(f"El cierre ha acabado en {cierre.state.name}")\n'
    comprobacion = (
        "if not cierre.state.is_completed(): raise RuntimeError(cierre.state.message)"
    )
    cambiar(programa, ultima, f"{ultima}    {comprobacion}\n")
    fallida = terminal.ejecutar("python cadena.py 2026-01-01")
    assert fallida.codigo == 1
    assert "Finished in state Failed" in fallida.salida


def test_run_deployment_devuelve_la_ejecucion_aunque_no_haya_acabado(
    oficina: Oficina,
) -> None:
    """A nadie se le ha dicho que atienda ese work pool."""
    with temporary_settings({PREFECT_API_URL: oficina.terminal.api}):
        sin_esperar = run_deployment(SIN_WORKER, timeout=0)
        esperando = run_deployment(SIN_WORKER, timeout=1, poll_interval=0.2)
    assert not sin_esperar.state.is_final()
    assert not esperando.state.is_final()


def desplegar(oficina: Oficina, opciones: str) -> Ejecucion:
    """Crea deployments como lo haría un programa que no puede contestar preguntas."""
    return oficina.terminal.ejecutar(
        f"(cd informes; prefect deploy {opciones} --no-prompt)"
    )


def con_otra_receta(oficina: Oficina, antes: str, despues: str) -> Ejecucion:
    """Lo mismo, con un cambio en prefect.yaml."""
    receta = oficina.terminal.carpeta / "informes/prefect.yaml"
    otra = receta.with_name("otra.yaml")
    otra.write_text(receta.read_text("utf-8").replace(antes, despues), "utf-8")
    return desplegar(oficina, f"--all --prefect-file {otra.name}")


def test_un_nombre_mal_escrito_entre_otros_no_es_un_error(oficina: Oficina) -> None:
    hecho = desplegar(oficina, "--name mes --name noches")
    assert hecho.codigo == 0
    assert "could not be found and will not be deployed: noches" in hecho.salida
    assert "'cierre-de-tienda/mes' successfully created" in hecho.salida


def test_desplegar_sin_preguntas_falla_si_falta_el_work_pool(oficina: Oficina) -> None:
    hecho = con_otra_receta(oficina, "oficina", "ninguno")
    assert hecho.codigo == 1
    assert "'ninguno' which does not exist" in " ".join(hecho.salida.split())


def test_de_un_codigo_que_no_esta_la_interfaz_no_dice_el_motivo(
    atendida: Oficina,
) -> None:
    run = atendida.pedir("usa-la-raiz/de-mi-carpeta")
    estado = atendida.final(run)
    assert estado.is_crashed()
    dicho = f"{estado.message} {atendida.log(run)}"
    assert "status code: 1" in dicho
    assert "no-existe" not in dicho
