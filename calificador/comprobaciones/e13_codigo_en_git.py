"""Ejercicio 13: dos deployments cuyo código llega de git, cada uno de su rama."""

import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from calificador.averias import Averia
from calificador.comprobaciones.aparte import enumerar, lo_que_falta
from calificador.comprobaciones.registro import mensajes
from calificador.conocidos import Conocido
from calificador.lengua import citar, segun
from calificador.practica import Practica
from calificador.veredicto import Punto, Tropiezo
from motor import prefect_por_dentro as por_dentro

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun
    from prefect.client.schemas.responses import DeploymentResponse

DADOS = ("ranking.py", "medida.py", "repositorio.py")
REPOSITORIO = "ranking.git"
POOL = "ranking"
PARAMETROS = {"tienda": "Monterrey"}
MEDIDAS = {"produccion": "ingresos", "pruebas": "unidades"}
RAMAS = {"produccion": "main", "pruebas": "pruebas"}
AUSENTE = re.compile(r"No such file or directory: '([^']+)'")
IDENTIDAD = ("-c", "user.name=calificador", "-c", "user.email=calificador@example.com")
AQUI = "produccion/deployments#python"
# Los errores que en otro ejercicio podrían ser otra cosa.
PROPIOS = [
    Conocido(
        por_dentro.SERVIDO,
        "Aquí los ejecuta un worker: créalos con .deploy(…), que termina.",
        AQUI,
    ),
    Conocido(
        por_dentro.SIN_CODIGO,
        "Di primero de qué repositorio se trae el código: "
        "flow.from_source(source=GitRepository(…), entrypoint=…).deploy(…).",
        AQUI,
    ),
    Conocido(
        por_dentro.SIN_WORK_POOL,
        f"El work pool de este ejercicio es {POOL}: .deploy(…, work_pool_name=POOL).",
        AQUI,
    ),
    Conocido(
        rf"{por_dentro.SIN_CLONAR}.*{REPOSITORIO}",
        "El repositorio está ahí; la rama que le pides, no. Tiene "
        f"{' y '.join(RAMAS.values())}, que se escriben así.",
        AQUI,
    ),
    Conocido(
        por_dentro.SIN_ESE_FLOW,
        "Lo que va detrás de los dos puntos es el nombre de la función, y en ranking.py la que "
        'es un flow se llama ranking_de_productos: entrypoint="ranking.py:ranking_de_productos".',
        AQUI,
    ),
]
LIMITE_DEL_WORKER_S = 180  # en frío, cada ejecución arranca Prefect tres veces


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    preparar(practica)
    practica.diagnostico.propios = PROPIOS
    practica.ejecutar(con_flow=False)
    todos = {d.name: d for d in practica.cliente.read_deployments()}
    yield from los_dos(todos)
    # Ya están creados: lo que se confirme ahora lo tiene que traer el worker.
    marcas = {nombre: secrets.token_hex(4) for nombre in RAMAS}
    confirmar(practica, marcas)
    runs = ejecutar(practica, todos)
    logs = {n: "\n".join(mensajes(practica, run.id)) for n, run in runs.items()}
    yield from las_ejecuciones(practica, runs, logs)
    yield from lo_ejecutado(logs, marcas)


def los_dos(todos: dict[str, "DeploymentResponse"]) -> Iterator[Punto]:
    """Que estén los dos, en su work pool y con sus parámetros."""
    yield Punto(
        "sin_deployments",
        "El programa crea los deployments produccion y pruebas",
        set(MEDIDAS) <= set(todos),
        f"{enumerar(sorted(todos))} en el servidor: {lo_que_falta(MEDIDAS, todos)}. Cada uno se "
        "crea con flow.from_source(…).deploy(name=…).",
        "produccion/deployments#python",
    )
    de_otro = [n for n in MEDIDAS if todos[n].work_pool_name != POOL]
    yield Punto(
        "otro_pool",
        f"Los dos son del work pool {POOL}",
        not de_otro,
        f"No lo {segun(len(de_otro), 'es', 'son')} {' ni '.join(de_otro)}. Dáselo a deploy "
        "con work_pool_name.",
        "tutorial/work-pools#deploy",
    )
    otros = [
        f"{nombre} lleva {todos[nombre].parameters}"
        for nombre in MEDIDAS
        if todos[nombre].parameters != PARAMETROS
    ]
    yield Punto(
        "otra_tienda",
        "Los dos llevan la tienda de Monterrey",
        not otros,
        f"Ahora {' y '.join(otros)}. Dásela a deploy con parameters={PARAMETROS}.",
        "produccion/deployments#parametros",
    )


def las_ejecuciones(
    practica: Practica, runs: dict[str, "FlowRun"], logs: dict[str, str]
) -> Iterator[Punto]:
    """Que se ejecuten sin la carpeta del estudiante, y cada uno con el código de su rama."""
    buscadas = [r for log in logs.values() for r in AUSENTE.findall(log)]
    suyas = [r for r in buscadas if r.startswith(str(practica.carpeta))]
    yield Punto(
        "de_tu_carpeta",
        "El worker no busca el código en tu carpeta",
        not suyas,
        "He quitado de tu carpeta todo menos ranking.git, como si el worker estuviera en otra "
        "máquina, y no encuentra el código. La fuente no es una carpeta: es el repositorio, "
        "GitRepository(str(REPOSITORIO), branch=…).",
        "produccion/deployments#otra-maquina",
    )
    mal = [f"{n} acaba en {r.state.name}" for n, r in runs.items() if not bien(r)]
    yield Punto(
        "no_se_ejecuta",
        "Los dos se ejecutan bien",
        not mal,
        f"{'; '.join(mal)}. {motivo(runs, logs)}",
        "produccion/deployments#modulos",
    )


def lo_ejecutado(logs: dict[str, str], marcas: dict[str, str]) -> Iterator[Punto]:
    """Que cada uno haya ejecutado lo último de su rama.

    Args:
        logs: lo que ha dicho cada uno.
        marcas: la medida que se confirmó en su rama después de crear los deployments.
    """
    de_otra = [
        nombre
        for nombre, log in logs.items()
        if not any(f"por {suya}:" in log for suya in (MEDIDAS[nombre], marcas[nombre]))
    ]
    yield Punto(
        "otra_rama",
        "Cada uno ejecuta el código de su rama",
        not de_otra,
        f"{' y '.join(de_otra)} no {segun(len(de_otra), 'mide', 'miden')} lo que hay en "
        f"{segun(len(de_otra), 'su rama', 'sus ramas')}, "
        f"{' y '.join(RAMAS[nombre] for nombre in de_otra)}. Dile la suya a cada "
        "GitRepository con branch.",
        "produccion/deployments#python",
    )
    viejas = [nombre for nombre in logs if f"por {marcas[nombre]}:" not in logs[nombre]]
    yield Punto(
        "copia_vieja",
        "Lo que se confirma en el repositorio se ejecuta sin volver a desplegar",
        not viejas,
        "Después de ejecutar tu programa he confirmado un cambio en cada rama, y "
        f"{' y '.join(viejas)} {segun(len(viejas), 'ejecuta', 'ejecutan')} lo de "
        "antes. No clones tú el repositorio ni fijes una versión: da su dirección y la rama, y "
        "el worker lo traerá cada vez.",
        "produccion/deployments#modulos",
    )


def bien(run: "FlowRun") -> bool:
    return run.state.is_completed()


def motivo(runs: dict[str, "FlowRun"], logs: dict[str, str]) -> str:
    """Lo último que dice la primera ejecución que no acaba bien."""
    fallidas = [nombre for nombre, run in runs.items() if not bien(run)]
    lineas = [
        linea
        for nombre in fallidas[:1]
        for linea in logs[nombre].splitlines()
        if re.match(r"[\w.]+(Error|Exception)\b", linea)
    ]
    return f"Dice: {citar(lineas[-1])}." if lineas else ""


def preparar(practica: Practica) -> None:
    """Deja los archivos dados como estaban, crea el repositorio y el work pool.

    Raises:
        Averia: si no hay git, o no puede crear el repositorio.
    """
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.workers.process import ProcessWorker

    if not shutil.which("git"):
        raise Averia(
            "No encuentro git, y este ejercicio lo usa.",
            "Instálalo y abre otra terminal: https://git-scm.com/downloads.",
        )
    for nombre in DADOS:
        shutil.copy(practica.ejercicio.comienzo.with_name(nombre), practica.carpeta)
    creado = practica.lanzar("repositorio.py")
    if creado.codigo:
        raise Averia(
            f"No puedo crear el repositorio del ejercicio: {creado.error or creado.salida}",
            "Hace falta git 2.28 o posterior; «git --version» dice cuál tienes.",
        )
    plantilla = ProcessWorker.get_default_base_job_template()
    practica.cliente.create_work_pool(
        WorkPoolCreate(name=POOL, type="process", base_job_template=plantilla)
    )


def ejecutar(
    practica: Practica, deployments: dict[str, "DeploymentResponse"]
) -> dict[str, "FlowRun"]:
    """Pide una ejecución de cada uno, que hace un worker sin la carpeta del estudiante.

    Raises:
        Averia: si el worker no termina.
    """
    cliente = practica.cliente
    pedidas = {
        nombre: cliente.create_flow_run_from_deployment(deployments[nombre].id)
        for nombre in RAMAS
    }
    orden = ("-m", "prefect", "worker", "start", "--pool", POOL, "--run-once")
    practica.limite_s = LIMITE_DEL_WORKER_S
    with escondida(practica):
        try:
            practica.lanzar(*orden, carpeta=practica.raiz)
        except Tropiezo:
            raise Averia(
                f"El worker no ha terminado en {LIMITE_DEL_WORKER_S} segundos.",
                "Cierra otros programas y vuelve a probar.",
            ) from None
    return {nombre: cliente.read_flow_run(run.id) for nombre, run in pedidas.items()}


@contextmanager
def escondida(practica: Practica) -> Iterator[None]:
    """Mientras dura, en la carpeta del estudiante solo está el repositorio."""
    aparte = practica.raiz / "escondida"
    practica.carpeta.rename(aparte)
    practica.carpeta.mkdir()
    (aparte / REPOSITORIO).rename(practica.carpeta / REPOSITORIO)
    try:
        yield
    finally:
        (practica.carpeta / REPOSITORIO).rename(aparte / REPOSITORIO)
        shutil.rmtree(practica.carpeta)
        aparte.rename(practica.carpeta)


def confirmar(practica: Practica, marcas: dict[str, str]) -> None:
    """Otro nombre para la medida de cada rama del repositorio."""
    for nombre, marca in marcas.items():
        copia = practica.raiz / nombre
        git(
            practica,
            "clone",
            "-b",
            RAMAS[nombre],
            practica.carpeta / REPOSITORIO,
            copia,
        )
        medida = copia / "medida.py"
        cambiada = medida.read_text("utf-8").replace(MEDIDAS[nombre], marca)
        medida.write_text(cambiada, "utf-8")
        git(practica, "-C", copia, "commit", "-a", "-m", marca)
        git(practica, "-C", copia, "push")


def git(practica: Practica, *orden: str | Path) -> None:
    """Da una orden a git."""
    subprocess.run(
        ["git", *IDENTIDAD, *orden],
        env=practica.entorno,
        check=True,
        capture_output=True,
    )
