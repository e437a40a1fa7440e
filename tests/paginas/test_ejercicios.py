"""Lo que afirman los ejercicios 1 a 8 y su índice, y su salida no demuestra."""

import ast
import asyncio
import csv
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from consultas import (
    aplicar_la_variacion,
    cambiar,
    coinciden_en_el_tiempo,
    task_runs,
    van_en_fila,
)
from pandas.errors import MergeError
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.objects import TERMINAL_STATES
from prefect.flows import load_flow_from_entrypoint
from prefect.schedules import Cron
from prefect.server.schemas.schedules import CronSchedule
from prefect.utilities.importtools import load_script_as_module
from rich.console import Console

from calificador import consola as vista
from calificador import ordenes, progreso
from calificador.correccion import corregir
from calificador.ejercicios import buscar, leer_catalogo
from calificador.practica import Practica
from calificador.servicio import Servicio
from calificador.veredicto import Correccion
from motor.ejecuciones import identificadores
from motor.rutas import DOCS, RAIZ
from verificador.repaso import resolver_los_anteriores
from verificador.terminal import Terminal

EJERCICIOS = "ejercicios"
PROBAR = "guias/probar-flows"
NUMEROS = [str(ejercicio.numero) for ejercicio in leer_catalogo()]


def guardar(terminal: Terminal, numero: str) -> Path:
    """Deja en la carpeta del lector la solución de un ejercicio."""
    ejercicio = buscar(numero)
    return terminal.guardar(f"{EJERCICIOS}/{ejercicio.nombre}/{ejercicio.archivo}")


def guardar_la_variacion(terminal: Terminal, numero: str) -> None:
    """Deja en la carpeta del lector la solución, cambiada como propone «Ve más lejos»."""
    aplicar_la_variacion(guardar(terminal, numero))


def solucion(numero: str) -> ModuleType:
    """La solución de un ejercicio, importada: su nombre no deja hacerlo con `import`."""
    ejercicio = buscar(numero)
    return load_script_as_module(str(ejercicio.solucion))


def resultado(terminal: Terminal, nombre: str) -> pd.DataFrame:
    """Lo que un programa ha dejado en data/output/."""
    return pd.read_parquet(terminal.raiz / "data" / "output" / nombre)


def test_los_ejercicios_van_en_el_orden_de_las_paginas_que_piden() -> None:
    menu = (RAIZ / "mkdocs.yml").read_text("utf-8")
    lugares = [menu.index(f"{ejercicio.lee}.md") for ejercicio in leer_catalogo()]
    assert lugares == sorted(lugares)


def test_un_archivo_con_su_nombre_anterior_sirve_igual(
    servicio: Servicio, tmp_path: Path
) -> None:
    parametros, programacion = buscar("02-parametros"), buscar("programacion")
    assert buscar("08-parametros.py") == parametros
    anterior = tmp_path / "08-parametros.py"
    shutil.copy(parametros.solucion, anterior)
    assert corregir(parametros, tmp_path, servicio).aprobado

    progreso.apuntar(tmp_path, anterior.stem, resuelto=True)
    assert progreso.leer(tmp_path) == {parametros.nombre}

    consola = Console(file=StringIO())
    ordenes.empezar(consola, [parametros, programacion], tmp_path)
    assert {f.name for f in tmp_path.glob("*.py")} == {
        anterior.name,
        programacion.archivo,
    }
    assert anterior.read_bytes() == parametros.solucion.read_bytes()


def test_quien_lee_la_pagina_de_un_ejercicio_ha_resuelto_los_anteriores(
    tmp_path: Path,
) -> None:
    todos = leer_catalogo()
    for ejercicio in (todos[0], todos[5], todos[-1]):
        carpeta = tmp_path / ejercicio.nombre
        carpeta.mkdir()
        resolver_los_anteriores(DOCS / f"ejercicios/{ejercicio.nombre}.md", carpeta)
        anteriores = {e.nombre for e in todos[: ejercicio.numero - 1]}
        assert progreso.leer(carpeta) == anteriores
    resolver_los_anteriores(DOCS / "ejercicios/index.md", tmp_path)
    assert progreso.leer(tmp_path) == set()


def test_cada_pagina_acaba_con_los_ejercicios_que_la_piden() -> None:
    for ejercicio in leer_catalogo():
        pagina = (DOCS / f"{ejercicio.lee}.md").read_text("utf-8")
        final = pagina[pagina.index("{ #resumen }") :]
        assert f"[{ejercicio.titulo}](../ejercicios/{ejercicio.nombre}.md)" in final


@pytest.mark.parametrize(
    ("hechos", "ultimo", "dicho"),
    [
        ("1", "1", "Llevas 1 de {todos}. El siguiente es el 2: Parámetros."),
        ("7", "7", "Llevas 1 de {todos}. El siguiente es el 8: Programación."),
        ("", "7", "Llevas 0 de {todos}. El siguiente es el 7: Caché."),
        ("3 4", "3", "Llevas 2 de {todos}. El siguiente es el 5: Dependencias."),
        (
            NUMEROS[-1],
            NUMEROS[-1],
            "Llevas 1 de {todos}. El siguiente es el 1: Primer flow.",
        ),
        (" ".join(NUMEROS), "5", "Llevas {todos} de {todos}. ¡Has terminado"),
    ],
)
def test_el_siguiente_es_el_primero_pendiente_desde_el_ultimo(
    hechos: str, ultimo: str, dicho: str
) -> None:
    consola = Console(file=StringIO(), width=100)
    nombres = {buscar(numero).nombre for numero in hechos.split()}
    vista.mostrar_progreso(consola, leer_catalogo(), nombres, buscar(ultimo))
    assert dicho.format(todos=len(NUMEROS)) in consola.file.getvalue()


def test_sin_numero_se_comprueba_el_siguiente_pendiente(tmp_path: Path) -> None:
    def elegidos(*orden: str) -> list[int]:
        pedido = ordenes.analizar([*orden, "--carpeta", str(tmp_path)])
        return [e.numero for e in ordenes.elegir(pedido, leer_catalogo())]

    progreso.apuntar(tmp_path, buscar("1").nombre, resuelto=True)
    assert elegidos() == [2]
    assert elegidos("3") == [3]
    assert elegidos("--todos") == [e.numero for e in leer_catalogo()]


def test_vigilar_pasa_al_siguiente_salvo_con_un_numero(tmp_path: Path) -> None:
    def elegido(*orden: str) -> int:
        pedido = ordenes.analizar([*orden, "--vigilar", "--carpeta", str(tmp_path)])
        return ordenes.elegir(pedido, leer_catalogo())[0].numero

    assert (elegido(), elegido("1")) == (1, 1)
    progreso.apuntar(tmp_path, buscar("1").nombre, resuelto=True)
    assert (elegido(), elegido("1")) == (2, 1)


def test_el_calificador_no_usa_tu_servidor_ni_tu_carpeta(
    servicio: Servicio, tmp_path: Path
) -> None:
    ejercicio = buscar("1")
    programa = shutil.copy(ejercicio.solucion, tmp_path)
    dejar_rastro = "    open('rastro.txt', 'w').close()\n"
    escrito = Path(programa).read_text("utf-8") + dejar_rastro
    Path(programa).write_text(escrito, "utf-8")

    servicio.estrenar()
    practica = Practica(ejercicio, tmp_path, servicio)
    try:
        salida = practica.ejecutar().salida
        assert (practica.carpeta / "rastro.txt").is_file()
    finally:
        practica.cerrar()

    assert servicio.servidor.puerto != 4200
    assert f"http://127.0.0.1:{servicio.servidor.puerto}/" in salida
    assert [ruta.name for ruta in tmp_path.iterdir()] == [ejercicio.archivo]


def test_el_servidor_del_calificador_arranca_una_vez(
    servicio: Servicio, tmp_path: Path
) -> None:
    with Servicio() as nuevo:
        assert not nuevo.servidor.en_marcha
    ejercicio = buscar("1")
    shutil.copy(ejercicio.solucion, tmp_path)
    procesos = set()
    for _ in range(2):
        assert corregir(ejercicio, tmp_path, servicio).aprobado
        assert servicio.servidor.en_marcha
        procesos.add(servicio.servidor.pid)
    assert len(procesos) == 1


def test_un_nombre_con_guiones_no_se_puede_importar() -> None:
    for ejercicio in leer_catalogo():
        with pytest.raises(SyntaxError):
            ast.parse(f"import {Path(ejercicio.archivo).stem}")
    assert ast.parse(f"import {Path('primer_flow.py').stem}")


def corregir_cambiada(
    servicio: Servicio, carpeta: Path, numero: str, cambios: dict[str, str]
) -> Correccion:
    """Corrige la solución de un ejercicio con unos cambios."""
    ejercicio = buscar(numero)
    programa = shutil.copy(ejercicio.solucion, carpeta)
    for antes, despues in cambios.items():
        cambiar(Path(programa), antes, despues)
    return corregir(ejercicio, carpeta, servicio)


def test_una_task_que_nadie_espera_se_explica(
    servicio: Servicio, tmp_path: Path
) -> None:
    cambios = {
        "= unir(": "= unir.submit(",
        "resumir(tabla)": "resumir.submit(tabla)",
        "guardar(resumen, INFORME)": "guardar.submit(resumen, INFORME)",
        "resumen['ciudad'].iloc[0]": "'otra'",
    }
    correccion = corregir_cambiada(servicio, tmp_path, "5", cambios)
    assert "no la esperaste" in correccion.tropiezo.consejo


@pytest.mark.parametrize(
    ("numero", "cambios", "dicho"),
    [
        ("5", {"    guardar(resumen, INFORME)\n": "    guardar\n"}, "guardar sin paréntesis"),
        ("3", {'"ingresos_por_tienda.parquet"': '"mios.parquet"'}, "Ahí está mios.parquet"),
        ("3", {', as_index=False)["ingresos"]': ')[["ingresos"]]'}, "reset_index"),
        ("8", {'.dropna(subset=["precio", "cantidad"])': ""}, "su log dice «"),
        ("8", {"log_prints=True": ""}, "log_prints=True"),
    ],
)  # fmt: skip
def test_lo_que_una_alumna_hizo_mal_se_dice(
    servicio: Servicio, tmp_path: Path, numero: str, cambios: dict[str, str], dicho: str
) -> None:
    """Lo que le decía el calificador no era lo que le pasaba."""
    correccion = corregir_cambiada(servicio, tmp_path, numero, cambios)
    assert not correccion.aprobado
    tropiezo = correccion.tropiezo
    assert dicho in (tropiezo.consejo if tropiezo else correccion.puntos[-1].falta)


def test_una_carpeta_que_no_se_crea_se_explica(
    servicio: Servicio, tmp_path: Path
) -> None:
    cambios = {"    ruta.parent.mkdir(parents=True, exist_ok=True)\n": ""}
    correccion = corregir_cambiada(servicio, tmp_path, "3", cambios)
    assert "ruta.parent.mkdir" in correccion.tropiezo.consejo
    assert correccion.tropiezo.pagina == "tutorial/primer-flow#cargar"


def test_al_cargar_el_archivo_prefect_no_ejecuta_el_flow(
    capfd: pytest.CaptureFixture[str],
) -> None:
    ejercicio = buscar("1")
    archivo = ejercicio.solucion

    assert load_flow_from_entrypoint(f"{archivo}:primer_flow").name == "primer-flow"

    assert "Hola" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("tipo", "llamada", "dicho"),
    [
        ("str", 'primer_flow("Prefect")', "Hola Prefect"),
        ("str", "primer_flow(12)", ""),
        ("int", 'primer_flow("12")', "Hola 12"),
        ("int", 'primer_flow("doce")', ""),
    ],
)
def test_la_variacion_con_parametro_valida_el_tipo(
    terminal: Terminal, tipo: str, llamada: str, dicho: str
) -> None:
    programa = guardar(terminal, "1")
    cambiar(programa, "def primer_flow()", f"def primer_flow(nombre: {tipo})")
    cambiar(programa, '"Hola Prefect"', 'f"Hola {nombre}"')
    cambiar(programa, "    primer_flow()", f"    {llamada}")

    ejecucion = terminal.ejecutar("python 01-primer-flow.py")

    if dicho:
        assert ejecucion.codigo == 0
        assert dicho in ejecucion.salida
    else:
        assert ejecucion.codigo == 1
        assert "ParameterTypeError" in ejecucion.salida


def test_los_ingresos_de_cada_tienda_salen_tambien_a_mano(terminal: Terminal) -> None:
    guardar(terminal, "3")

    assert terminal.ejecutar("python 03-pipeline-etl.py").codigo == 0

    with (terminal.raiz / "data" / "ventas.csv").open(encoding="utf-8") as archivo:
        ventas = {tuple(fila.items()) for fila in csv.DictReader(archivo)}
    esperado: dict[str, float] = defaultdict(float)
    for venta in map(dict, ventas):
        if venta["precio"] and venta["cantidad"]:
            ingresos = float(venta["precio"]) * float(venta["cantidad"])
            esperado[venta["tienda"]] += ingresos
    salida = terminal.raiz / "data" / "output" / "ingresos_por_tienda.parquet"
    obtenido = pd.read_parquet(salida).set_index("tienda")["ingresos"]
    assert obtenido.to_dict() == pytest.approx(dict(esperado), abs=0.01)
    assert obtenido.is_monotonic_decreasing


def test_el_etl_va_en_fila_y_anota_sus_rutas(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    guardar(terminal, "3")

    (flow_run,) = identificadores(terminal.ejecutar("python 03-pipeline-etl.py").salida)

    tareas = task_runs(cliente, flow_run, 3)
    nombres = [tarea.name.rpartition("-")[0] for tarea in tareas]
    assert nombres == ["extraer", "transformar", "cargar"]
    assert van_en_fila(tareas)
    for antes, despues in pairwise(tareas):
        recibidas = [e for suyas in despues.task_inputs.values() for e in suyas]
        assert antes.id in {getattr(entrada, "id", None) for entrada in recibidas}
    rutas = cliente.read_flow_run(flow_run).parameters
    assert rutas["entrada"].endswith("data/ventas.csv")
    assert rutas["salida"].endswith("data/output/ingresos_por_tienda.parquet")


@pytest.mark.parametrize(("numero", "task"), [("3", "cargar"), ("5", "guardar")])
def test_un_fallo_al_guardar_deja_entero_el_parquet_anterior(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, numero: str, task: str
) -> None:
    def escribir_a_medias(tabla: pd.DataFrame, ruta: Path, **opciones: object) -> None:
        ruta.write_bytes(b"PAR1 y poco mas")
        raise OSError("No queda espacio en el disco")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", escribir_a_medias)
    destino = tmp_path / "resumen.parquet"
    destino.write_bytes(b"el de ayer")

    with pytest.raises(OSError, match="disco"):
        getattr(solucion(numero), task).fn(pd.DataFrame(), destino)

    assert destino.read_bytes() == b"el de ayer"


def test_con_filas_repetidas_termina_bien_y_las_cifras_son_mayores(
    terminal: Terminal,
) -> None:
    programa = guardar(terminal, "3")
    assert terminal.ejecutar("python 03-pipeline-etl.py").codigo == 0
    buenas = resultado(terminal, "ingresos_por_tienda.parquet").set_index("tienda")

    cambiar(programa, ".drop_duplicates()", "")
    salida = terminal.ejecutar("python 03-pipeline-etl.py").salida

    assert "Finished in state Completed()" in salida
    malas = resultado(terminal, "ingresos_por_tienda.parquet").set_index("tienda")
    assert (malas["ingresos"] > buenas["ingresos"]).all()


def test_los_ingresos_por_mes_suman_los_de_cada_tienda(terminal: Terminal) -> None:
    guardar_la_variacion(terminal, "3")

    assert terminal.ejecutar("python 03-pipeline-etl.py").codigo == 0

    por_mes = resultado(terminal, "ingresos_por_mes.parquet")
    ventas = pd.read_csv(terminal.raiz / "data" / "ventas.csv")
    meses = pd.to_datetime(ventas["fecha"]).dt.to_period("M").astype(str)
    assert len(por_mes) == ventas["tienda"].nunique() * meses.nunique() == 48
    por_tienda = resultado(terminal, "ingresos_por_tienda.parquet")
    suma = por_mes.groupby("tienda")["ingresos"].sum().to_dict()
    total = por_tienda.set_index("tienda")["ingresos"].to_dict()
    assert suma == pytest.approx(total, abs=0.001)


def test_las_tres_lecturas_coinciden_y_lo_demas_espera(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    guardar(terminal, "5")

    salida = terminal.ejecutar("python 05-dependencias.py").salida

    tareas = {t.name: t for t in task_runs(cliente, identificadores(salida)[0], 6)}
    lecturas = [tareas.pop(f"leer-{n}") for n in ("ventas", "usuarios", "productos")]
    assert coinciden_en_el_tiempo(lecturas)
    assert max(t.end_time for t in lecturas) <= tareas["unir"].start_time
    assert list(tareas) == ["unir", "resumir", "guardar"]


def test_la_variacion_con_map_da_el_mismo_margen(terminal: Terminal) -> None:
    programa = guardar(terminal, "5")
    assert terminal.ejecutar("python 05-dependencias.py").codigo == 0
    con_submit = resultado(terminal, "margen_por_ciudad.parquet")

    guardar_la_variacion(terminal, "5")
    assert 'leer.map(["ventas", "usuarios", "productos"])' in programa.read_text(
        "utf-8"
    )
    assert terminal.ejecutar("python 05-dependencias.py").codigo == 0

    con_map = resultado(terminal, "margen_por_ciudad.parquet")
    pd.testing.assert_frame_equal(con_map, con_submit)


def test_con_llamadas_directas_cada_lectura_espera_a_la_anterior(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = guardar(terminal, "5")
    cambiar(programa, "leer.submit(", "leer(")

    salida = terminal.ejecutar("python 05-dependencias.py").salida

    lecturas = task_runs(cliente, identificadores(salida)[0], 6)[:3]
    assert van_en_fila(lecturas)
    assert float(re.search(r"Todo ha tardado ([\d.]+) s", salida)[1]) >= 3


@pytest.mark.parametrize(
    ("cambio", "error"),
    [
        (lambda usuarios: pd.concat([usuarios, usuarios.head(1)]), MergeError),
        (lambda usuarios: usuarios.iloc[1:], ValueError),
    ],
    ids=["repetido", "falta"],
)
def test_un_usuario_repetido_o_que_falta_es_un_error(
    cambio: Callable[[pd.DataFrame], pd.DataFrame], error: type[Exception]
) -> None:
    ventas, usuarios, productos = (
        pd.read_csv(RAIZ / "data" / f"{n}.csv")
        for n in ("ventas", "usuarios", "productos")
    )
    unir = solucion("5").unir.fn
    assert len(unir(ventas, usuarios, productos)) == 2916
    with pytest.raises(error):
        unir(ventas, cambio(usuarios), productos)


def test_cada_medio_minuto_sale_una_ejecucion_que_nadie_ha_pedido(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    """Cada dos segundos, en vez de cada treinta: la prueba no espera medio minuto."""
    programa = guardar(terminal, "8")
    cambiar(programa, "seconds=30", "seconds=2")
    salida = terminal.servir(
        "export PREFECT_RUNNER_POLL_FREQUENCY=1\npython 08-programacion.py",
        "Finished in state Completed()",
    )
    assert "2916 ventas en ventas.csv" in salida.salida
    filtro = DeploymentFilter(name=DeploymentFilterName(any_=["cada-medio-minuto"]))
    runs = cliente.read_flow_runs(deployment_filter=filtro)
    assert all(run.created_by.type == "SCHEDULE" for run in runs)

    terminal.cerrar()
    nombre = "contar-ventas/cada-medio-minuto"
    assert cliente.read_deployment_by_name(nombre).paused


@pytest.mark.parametrize(("zona", "hora"), [("America/Mexico_City", 14), (None, 8)])
def test_las_ocho_de_la_manana_dependen_de_la_zona(zona: str | None, hora: int) -> None:
    """Sin zona, las ocho son las de UTC: en Ciudad de México, las dos de la madrugada."""
    ocho = (
        Cron("0 8 * * *", timezone="America/Mexico_City") if zona else Cron("0 8 * * *")
    )
    deployment = solucion("8").contar_ventas.to_deployment("a-las-ocho", schedule=ocho)
    (horario,) = deployment.schedules
    guardado = CronSchedule.model_validate(horario.schedule.model_dump())
    (proxima,) = asyncio.run(guardado.get_dates(1, datetime(2026, 1, 1, tzinfo=UTC)))
    assert proxima.astimezone(UTC).hour == hora


def test_se_termina_en_cuatro_tipos_de_estado() -> None:
    pagina = (RAIZ / "docs/ejercicios/04-ui.md").read_text("utf-8")
    (dicho,) = re.findall(r"Se termina en (.+): son los `TERMINAL_STATES`", pagina)
    nombres = {tipo.value.capitalize() for tipo in TERMINAL_STATES}
    assert set(re.findall(r"`(\w+)`", dicho)) == nombres


def test_de_las_tres_el_etl_es_la_que_mas_tarda(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    duraciones = {}
    for numero in ("1", "2", "3"):
        programa = guardar(terminal, numero)
        (run,) = identificadores(terminal.ejecutar(f"python {programa.name}").salida)
        duraciones[numero] = cliente.read_flow_run(run).total_run_time
    assert max(duraciones, key=duraciones.get) == "3"


def test_la_ejecucion_fallida_sale_en_la_lista(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    etl = guardar(terminal, "3")
    guardar(terminal, "4")
    cambiar(etl, '"ventas.csv"', '"no-existe.csv"')
    fallida = terminal.ejecutar("python 03-pipeline-etl.py")
    assert fallida.codigo == 1
    (tarea,) = task_runs(cliente, identificadores(fallida.salida)[0], 1)
    assert tarea.name.startswith("extraer")
    assert "no-existe.csv" in tarea.state.message

    lista = terminal.ejecutar("python 04-ui.py").salida

    assert lista.startswith("ingresos-por-tienda: Failed en ")


def test_la_lista_dice_tambien_cuando_empezo_cada_una(terminal: Terminal) -> None:
    guardar(terminal, "1")
    guardar_la_variacion(terminal, "4")
    assert terminal.ejecutar("python 01-primer-flow.py").codigo == 0
    hoy = f"{datetime.now(UTC):%d/%m}"

    primera, *_ = terminal.ejecutar("python 04-ui.py").salida.splitlines()

    dicho = rf"primer-flow: Completed en [\d.]+ s, el {hoy} a las \d\d:\d\d"
    assert re.fullmatch(dicho, primera)


def test_por_merida_se_pregunta_una_sola_vez(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    guardar(terminal, "6")

    ejecucion = terminal.ejecutar("python 06-reintentos.py")

    assert ejecucion.codigo == 1
    puebla, merida = task_runs(cliente, identificadores(ejecucion.salida)[0], 2)
    assert (puebla.name, puebla.run_count, puebla.state_name) == (
        "pedir Puebla",
        3,
        "Completed",
    )
    assert (merida.name, merida.run_count, merida.state_name) == (
        "pedir Mérida",
        1,
        "Failed",
    )


def test_el_error_de_una_tienda_impide_preguntar_por_las_siguientes(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = guardar(terminal, "6")
    cambiar(programa, '{"Puebla": 276}', '{"Puebla": 276, "Monterrey": 566}')
    cambiar(programa, '"Mérida"]', '"Mérida", "Monterrey"]')

    ejecucion = terminal.ejecutar("python 06-reintentos.py")

    tareas = task_runs(cliente, identificadores(ejecucion.salida)[0], 2)
    assert [tarea.name for tarea in tareas] == ["pedir Puebla", "pedir Mérida"]


def test_se_pregunta_por_todas_las_tiendas_y_el_flow_falla(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    guardar_la_variacion(terminal, "6")

    ejecucion = terminal.ejecutar("python 06-reintentos.py")

    (flow_run,) = identificadores(ejecucion.salida)
    assert "Monterrey: 566 ventas" in ejecucion.salida
    assert len(task_runs(cliente, flow_run, 3)) == 3
    assert cliente.read_flow_run(flow_run).state_name == "Failed"
    assert ejecucion.codigo == 1


def test_sin_el_arnes_una_prueba_deja_su_ejecucion_en_tu_servidor(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PROBAR}/etl_original.py")
    terminal.guardar(f"{PROBAR}/test_corregido.py")

    salida = terminal.ejecutar("pytest -q -s test_corregido.py").salida

    (run,) = identificadores(salida)
    assert cliente.read_flow_run(run).state.is_completed()


def test_sin_drop_duplicates_las_pruebas_de_las_tasks_fallan(
    terminal: Terminal,
) -> None:
    programa = terminal.guardar("tutorial/primer-flow/etl_ventas.py")
    terminal.guardar(f"{PROBAR}/test_tareas.py")
    cambiar(programa, ".drop_duplicates()", "")

    ejecucion = terminal.ejecutar("pytest -q test_tareas.py")

    assert ejecucion.codigo == 1
    assert "1 failed, 2 passed" in ejecucion.salida
