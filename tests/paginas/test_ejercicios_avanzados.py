"""Lo que afirman los demás ejercicios y su salida no demuestra."""

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from consultas import aplicar_la_variacion, cambiar, task_runs
from prefect.blocks.system import Secret
from prefect.client.orchestration import SyncPrefectClient
from prefect.server.schemas.schedules import CronSchedule

from motor.ejecuciones import identificadores
from motor.rutas import RAIZ
from verificador.terminal import Terminal

EJERCICIOS = "ejercicios"
CLAVE = "tres-tristes-tigres"
UNA_HORA = timedelta(hours=1)
MEXICO = ZoneInfo("America/Mexico_City")


def test_de_la_cache_no_se_llama_a_lo_de_dentro(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/07-cache/07-cache.py")
    cambiar(programa, "    time.sleep(0.3)\n", '    print("leyendo", tienda)\n')
    primera, segunda = (terminal.ejecutar("python 07-cache.py").salida for _ in "12")
    assert primera.count("leyendo") == 4
    assert "leyendo" not in segunda


def estados(terminal: Terminal, cliente: SyncPrefectClient) -> set[str]:
    """En qué estados terminan las cuatro tasks de «07-cache.py»."""
    (run,) = identificadores(terminal.ejecutar("python 07-cache.py").salida)
    return {tarea.state.name for tarea in task_runs(cliente, run, 4)}


def test_pasada_una_hora_las_cuatro_se_calculan_otra_vez(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    """En vez de esperar una hora, adelanta la caducidad que hay en lo guardado."""
    aplicar_la_variacion(terminal.guardar(f"{EJERCICIOS}/07-cache/07-cache.py"))
    assert estados(terminal, cliente) == {"Completed"}
    assert estados(terminal, cliente) == {"Cached"}

    for guardado in (terminal.prefect / "storage").iterdir():
        registro = json.loads(guardado.read_text("utf-8"))
        caduca = datetime.fromisoformat(registro["metadata"]["expiration"])
        registro["metadata"]["expiration"] = (caduca - UNA_HORA).isoformat()
        guardado.write_text(json.dumps(registro), "utf-8")

    assert estados(terminal, cliente) == {"Completed"}


def test_con_literal_prefect_rechaza_la_tienda_que_no_existe(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/02-parametros/02-parametros.py")
    cambiar(
        programa,
        "from pathlib import Path\n",
        "from pathlib import Path\nfrom typing import Literal\n",
    )
    cambiar(programa, "tienda: str = ", 'tienda: Literal["Puebla", "Monterrey"] = ')
    cambiar(programa, "    ventas_caras()\n", '    ventas_caras("Atlantis")\n')
    salida = terminal.ejecutar("python 02-parametros.py").salida
    assert "ParameterTypeError" in salida
    assert "No hay ninguna tienda" not in salida


def test_secret_guarda_un_texto_y_get_lo_da() -> None:
    secreto = Secret(value=CLAVE)
    assert CLAVE not in f"{secreto.value} {secreto}"
    assert secreto.get() == CLAVE


@pytest.mark.parametrize(
    ("texto", "valor"), [("1234", 1234), ("1.50", 1.5), ("true", True), ("null", None)]
)
def test_un_texto_que_es_json_sale_del_secret_convertido(
    texto: str, valor: object
) -> None:
    assert Secret(value=texto).get() == valor
    assert Secret(value=f"clave-{texto}").get() == f"clave-{texto}"


def test_lo_que_tecleas_queda_en_el_historial(tmp_path: Path) -> None:
    historial = tmp_path / "historial"
    subprocess.run(
        ["bash", "--norc", "-i"],
        input=f"export CLAVE_DE_FIRMA={CLAVE}\n",
        env={"PATH": os.environ["PATH"], "HISTFILE": str(historial)},
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    assert CLAVE in historial.read_text("utf-8")


def test_sin_la_variable_la_clave_sale_del_block(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/10-blocks/10-blocks.py")
    firma = terminal.raiz / "data" / "output" / "ventas.firma"
    con_ella = f"CLAVE_DE_FIRMA={CLAVE} python 10-blocks.py"
    assert terminal.ejecutar(con_ella).codigo == 0
    primera = firma.read_text("utf-8")
    firma.unlink()
    cambiar(
        programa,
        "    guardar_clave()\n",
        '    if "CLAVE_DE_FIRMA" in os.environ:\n        guardar_clave()\n',
    )
    assert terminal.ejecutar("python 10-blocks.py").codigo == 0
    assert firma.read_text("utf-8") == primera


def test_append_hace_crecer_la_tabla_y_sin_nada_falla() -> None:
    filas = pd.DataFrame({"tienda": ["Puebla"]})
    with sqlite3.connect(":memory:") as base:
        filas.to_sql("ventas", base, index=False)
        filas.to_sql("ventas", base, index=False, if_exists="append")
        assert base.execute("SELECT count(*) FROM ventas").fetchone() == (2,)
        with pytest.raises(ValueError, match="already exists"):
            filas.to_sql("ventas", base, index=False)


def test_la_suma_de_ninguna_fila_es_none() -> None:
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE ventas (tienda, precio)")
        (total,) = base.execute("SELECT sum(precio) FROM ventas").fetchone()
    assert total is None
    with pytest.raises(TypeError):
        f"{total:.2f}"


def test_con_group_by_sale_el_total_de_cada_categoria(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/11-base-de-datos/11-base-de-datos.py")
    aplicar_la_variacion(programa)
    salida = terminal.ejecutar("python 11-base-de-datos.py").salida
    ventas = pd.read_csv(terminal.raiz / "data" / "ventas.csv").drop_duplicates()
    suyas = ventas.dropna(subset=["precio", "cantidad"]).query("tienda == 'Puebla'")
    totales = (suyas.precio * suyas.cantidad).groupby(suyas.categoria).sum().round(2)
    for categoria, total in totales.items():
        assert re.search(rf"{categoria} +{total:g}", salida)

    cambiar(programa, "    ventas_de()\n", '    ventas_de("Atlantis")\n')
    salida = terminal.ejecutar("python 11-base-de-datos.py").salida
    assert "Empty DataFrame" in salida
    assert "Atlantis ha vendido 0.00" in salida


def test_pytest_no_encuentra_un_archivo_que_no_empieza_por_test(tmp_path: Path) -> None:
    (tmp_path / "12-probar-flows.py").write_text("def test_nada():\n    pass\n")
    orden = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    entorno = {**os.environ, "PYTEST_ADDOPTS": ""}

    def probar(*nombres: str) -> str:
        hecho = subprocess.run(
            [*orden, *nombres],
            cwd=tmp_path,
            env=entorno,
            capture_output=True,
            text=True,
        )
        return hecho.stdout

    assert "no tests ran" in probar()
    assert "1 passed" in probar("12-probar-flows.py")


def test_una_venta_sin_precio_no_cambia_la_suma_salvo_si_es_la_unica(
    tmp_path: Path, terminal: Terminal
) -> None:
    programa = terminal.guardar(
        f"{EJERCICIOS}/12-probar-flows/comienzo/resumen_ventas.py"
    )
    ventas = terminal.raiz / "data" / "ventas.csv"
    ventas.write_text(
        "tienda,precio,cantidad\nPuebla,10.0,5\nPuebla,,5\nMérida,,1\n", "utf-8"
    )
    con_dropna = terminal.ejecutar("python resumen_ventas.py").salida
    cambiar(programa, '.dropna(subset=["precio", "cantidad"])', "")
    sin_dropna = terminal.ejecutar("python resumen_ventas.py").salida
    assert all("Puebla: 50.00" in salida for salida in (con_dropna, sin_dropna))
    assert "Mérida" not in con_dropna
    assert "Mérida: 0.00" in sin_dropna


def test_la_version_de_un_mes_cambia_con_sus_datos(terminal: Terminal) -> None:
    terminal.guardar(f"{EJERCICIOS}/16-reanudar/comienzo/central.py")
    preguntar = "python -c 'from central import *; print(*map(version, MESES))'"
    antes = terminal.ejecutar(preguntar).salida.split()
    cambiar(terminal.raiz / "data" / "ventas.csv", "\n1,2025-01-01,", "\n1,2025-01-02,")
    despues = terminal.ejecutar(preguntar).salida.split()
    assert [a == d for a, d in zip(antes, despues, strict=True)] == [False, True, True]


def test_los_reintentos_no_abren_el_buzon(terminal: Terminal) -> None:
    terminal.guardar(f"{EJERCICIOS}/16-reanudar/comienzo/central.py")
    aplicar_la_variacion(terminal.guardar(f"{EJERCICIOS}/16-reanudar/16-reanudar.py"))
    ejecucion = terminal.ejecutar("python 16-reanudar.py")
    assert ejecucion.codigo != 0
    assert ejecucion.salida.count("Entregando el informe") == 4


def test_el_mensaje_puede_nombrar_lo_apartado(terminal: Terminal) -> None:
    terminal.guardar(f"{EJERCICIOS}/18-archivo-malo/comienzo/cajas.py")
    aplicar_la_variacion(
        terminal.guardar(f"{EJERCICIOS}/18-archivo-malo/18-archivo-malo.py")
    )
    ejecucion = terminal.ejecutar("python cajas.py\npython 18-archivo-malo.py")
    assert ejecucion.codigo == 0, ejecucion.salida
    assert "ConApartados('caja-2, caja-4', type=COMPLETED)" in ejecucion.salida


def test_el_mayor_de_los_mayores_es_el_mayor(terminal: Terminal) -> None:
    terminal.guardar("escala/hilos-y-procesos/generar_ventas.py")
    aplicar_la_variacion(
        terminal.guardar(f"{EJERCICIOS}/20-por-partes/20-por-partes.py")
    )
    orden = "python generar_ventas.py --filas 500 && python 20-por-partes.py"
    assert terminal.ejecutar(orden).codigo == 0
    salida = terminal.raiz / "data" / "output"
    ventas = pd.read_parquet(salida / "ventas_por_mes")
    importe = ventas["cantidad"] * ventas["precio"]
    mayores = importe.groupby(ventas["tienda"], observed=True).max().round(2)
    resumen = pd.read_parquet(salida / "por_tienda.parquet").set_index("tienda")
    assert resumen["mayor"].to_dict() == mayores.to_dict()


def pedir(terminal: Terminal, deployment: str, espera: str) -> None:
    """Sirve «09-deployment.py», pide una ejecución y espera a que el programa diga algo."""
    terminal.servir(
        "export PREFECT_RUNNER_POLL_FREQUENCY=1\n"
        f"(until prefect deployment run contar-las-de/{deployment}; do sleep 0.2; done) &\n"
        "python 09-deployment.py",
        espera,
    )


def validas_de(tienda: str) -> int:
    """Cuántas ventas válidas tiene una tienda."""
    ventas = pd.read_csv(RAIZ / "data" / "ventas.csv").drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    return int((ventas["tienda"] == tienda).sum())


def test_lo_que_se_pide_a_diario_son_las_ventas_validas_de_puebla(
    terminal: Terminal,
) -> None:
    terminal.guardar(f"{EJERCICIOS}/09-deployment/09-deployment.py")
    pedir(terminal, "diario", f"Puebla: {validas_de('Puebla')} ventas")


def test_el_mismo_proceso_atiende_tambien_a_laborables(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/09-deployment/09-deployment.py")
    aplicar_la_variacion(programa)
    pedir(terminal, "laborables", f"Guadalajara: {validas_de('Guadalajara')} ventas")

    nombres = {d.name for d in cliente.read_deployments()}
    assert nombres == {"diario", "cada-hora", "laborables"}
    deployment = cliente.read_deployment_by_name("contar-las-de/laborables")
    (guardado,) = deployment.schedules
    horario = CronSchedule.model_validate(guardado.schedule.model_dump())
    horas = asyncio.run(horario.get_dates(7, datetime(2026, 1, 1, tzinfo=UTC)))
    assert {hora.isoweekday() for hora in horas} == {1, 2, 3, 4, 5}
    assert {f"{hora.astimezone(MEXICO):%H:%M}" for hora in horas} == {"08:30"}


def test_el_repositorio_del_13_mide_otra_cosa_en_cada_rama(terminal: Terminal) -> None:
    material = f"{EJERCICIOS}/13-codigo-en-git/comienzo"
    for nombre in ("ranking", "medida", "repositorio"):
        terminal.guardar(f"{material}/{nombre}.py")
    assert terminal.ejecutar("python repositorio.py").codigo == 0
    medidas = [
        terminal.ejecutar(f"git -C ranking.git show {rama}:medida.py").salida
        for rama in ("main", "pruebas")
    ]
    assert ['"ingresos"' in m for m in medidas] == [True, False]
    assert ['"unidades"' in m for m in medidas] == [False, True]
    assert [m.count('ventas["precio"]') for m in medidas] == [1, 0]


def test_llevar_pruebas_a_main_cambia_la_medida_de_cada_noche(
    terminal: Terminal,
) -> None:
    """Que el worker ejecuta lo último de `main` lo comprueba el calificador."""
    for nombre in ("ranking", "medida", "repositorio"):
        terminal.guardar(f"{EJERCICIOS}/13-codigo-en-git/comienzo/{nombre}.py")
    hecho = terminal.ejecutar(
        "python repositorio.py\ngit -C ranking.git push -q . pruebas:main\n"
        "git -C ranking.git show main:medida.py"
    )
    assert hecho.codigo == 0, hecho.salida
    assert 'NOMBRE = "unidades"' in hecho.salida


def test_el_13_puede_dar_horario_a_un_solo_deployment(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    material = f"{EJERCICIOS}/13-codigo-en-git"
    for nombre in ("ranking", "medida", "repositorio"):
        terminal.guardar(f"{material}/comienzo/{nombre}.py")
    aplicar_la_variacion(terminal.guardar(f"{material}/13-codigo-en-git.py"))
    hecho = terminal.ejecutar(
        "python repositorio.py\nprefect work-pool create ranking --type process\n"
        "python 13-codigo-en-git.py"
    )
    assert hecho.codigo == 0, hecho.salida
    horarios = {
        nombre: cliente.read_deployment_by_name(
            f"ranking-de-productos/{nombre}"
        ).schedules
        for nombre in ("produccion", "pruebas")
    }
    assert [len(suyos) for suyos in horarios.values()] == [1, 0]


def test_with_base_confirma_o_deshace() -> None:
    with closing(sqlite3.connect(":memory:")) as base:
        with base:
            base.execute("CREATE TABLE ventas (venta_id)")
            base.execute("INSERT INTO ventas VALUES (1)")
        assert not base.in_transaction
        with pytest.raises(ConnectionError), base:
            base.execute("DELETE FROM ventas")
            raise ConnectionError
        assert base.execute("SELECT * FROM ventas").fetchall() == [(1,)]


def test_los_reintentos_de_la_carga_no_dejan_nada_a_medias(terminal: Terminal) -> None:
    carpeta = f"{EJERCICIOS}/17-carga-repetible"
    terminal.guardar(f"{carpeta}/comienzo/tiendas.py")
    aplicar_la_variacion(terminal.guardar(f"{carpeta}/17-carga-repetible.py"))
    terminal.ejecutar("python tiendas.py")
    hecho = terminal.ejecutar("python 17-carga-repetible.py")
    assert hecho.codigo
    assert hecho.salida.count("ventas de Ciudad de México") == 4
    assert hecho.salida.count("ventas de Guadalajara") == 4
    assert "ventas de Monterrey" not in hecho.salida
    almacen = terminal.raiz / "data" / "output" / "almacen.db"
    with closing(sqlite3.connect(almacen)) as base:
        assert base.execute("SELECT count(*) FROM ventas").fetchone() == (0,)
