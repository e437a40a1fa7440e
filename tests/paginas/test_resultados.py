"""Dónde acaba cada resultado, con qué clave y quién espera: docs/recuperacion/resultados.md.

Casi todo se prueba con tasks hechas aquí, en este mismo proceso y contra el servidor del módulo.
"""

import base64
import contextvars
import json
import pickle
import re
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import httpx
import pandas as pd
import pytest
import sqlalchemy
from consultas import LIMITE_S, cambiar, en_marcha, guardados
from moto import mock_aws
from prefect import task
from prefect.cache_policies import INPUTS, NO_CACHE, TASK_SOURCE, CachePolicy
from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ConfigurationError
from prefect.filesystems import LocalFileSystem
from prefect.locking.filesystem import FileSystemLockManager
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_DEFAULT_RESULT_STORAGE_BLOCK,
    PREFECT_LOCAL_STORAGE_PATH,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)
from prefect.transactions import IsolationLevel

from motor.ejecuciones import identificadores
from motor.rutas import DATOS
from verificador.terminal import Terminal

PAGINA = "recuperacion/resultados"
DE_SIEMPRE = INPUTS + TASK_SOURCE


@pytest.fixture
def carpeta(puerto: int, tmp_path: Path) -> Iterator[Path]:
    """La de los resultados de las tasks que se ejecutan en este proceso."""
    ajustes = {
        PREFECT_API_URL: f"http://127.0.0.1:{puerto}/api",
        PREFECT_LOCAL_STORAGE_PATH: tmp_path / "storage",
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    with temporary_settings(ajustes):
        yield tmp_path / "storage"


def archivos(carpeta: Path) -> list[str]:
    """Los nombres de lo que hay guardado, si hay algo."""
    return [ruta.name for ruta in carpeta.glob("*")]


def estado(una_task: Callable, *argumentos: object) -> str:
    """En qué acaba una task."""
    return una_task(*argumentos, return_state=True).name


def en_otro_hilo(funcion: Callable, *argumentos: object) -> threading.Thread:
    """Empieza a ejecutarla, con los ajustes de este hilo."""
    ajustes = contextvars.copy_context()
    hilo = threading.Thread(target=ajustes.run, args=[funcion, *argumentos])
    hilo.start()
    return hilo


def clave(valor: object) -> str | None:
    """La que da INPUTS a un argumento."""
    return INPUTS.compute_key(None, {"valor": valor}, {})


# Tras un apagón


def test_lo_que_se_apago_no_se_puede_repetir_pero_lo_calculado_esta(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/informe_de_noche.py")
    (run,) = identificadores(
        terminal.ejecutar("python informe_de_noche.py Monterrey").salida
    )
    assert cliente.read_flow_run(run).state.name == "Running"
    assert len(guardados(terminal)) == 2

    repetida = terminal.ejecutar(f"prefect flow-run retry {run}")

    assert repetida.codigo != 0
    assert "is in state 'RUNNING' and cannot" in repetida.salida


# Dónde están


def test_result_storage_decide_la_carpeta_y_la_clave_el_nombre(carpeta: Path) -> None:
    def doble(x: int) -> int:
        return 2 * x

    en_la_de_siempre = task(cache_policy=INPUTS)(doble)
    en_otra = en_la_de_siempre.with_options(result_storage=carpeta.with_name("otra"))

    assert estado(en_otra, 9) == "Completed"
    assert archivos(carpeta) == []
    assert archivos(carpeta.with_name("otra")) == [
        INPUTS.compute_key(None, {"x": 9}, {})
    ]
    assert estado(en_la_de_siempre, 9) == "Completed"
    assert archivos(carpeta) == archivos(carpeta.with_name("otra"))


def test_un_ajuste_lleva_a_un_block_los_de_todos_los_programas(carpeta: Path) -> None:
    @task(cache_policy=DE_SIEMPRE)
    def doble(x: int) -> int:
        return 2 * x

    block = LocalFileSystem(basepath=str(carpeta.with_name("block")))
    block.save("resultados", overwrite=True)
    sitio = "local-file-system/resultados"
    with temporary_settings({PREFECT_DEFAULT_RESULT_STORAGE_BLOCK: sitio}):
        doble(9)

    assert len(archivos(carpeta.with_name("block"))) == 1
    assert archivos(carpeta) == []


class Trampa:
    """Al leerla, escribe un archivo."""

    def __init__(self, rastro: Path) -> None:
        self.rastro = rastro

    def __reduce__(self) -> tuple[Callable, tuple]:
        return self.rastro.write_text, ("he pasado por aquí",)


@pytest.mark.parametrize("formato", ["pickle", "json"])
def test_leer_un_resultado_ajeno_ejecuta_lo_que_lleve_dentro(
    carpeta: Path, formato: str
) -> None:
    """Lo que diga el archivo vale más que lo que diga la task: también cómo leerlo."""

    @task(
        cache_policy=DE_SIEMPRE, result_serializer=formato, cache_result_in_memory=False
    )
    def doble(x: int) -> int:
        return 2 * x

    doble(9)
    (guardado,) = carpeta.iterdir()
    rastro = carpeta.with_name("rastro")
    dentro = json.loads(guardado.read_bytes())
    assert dentro["metadata"]["serializer"]["type"] == formato
    dentro["metadata"]["serializer"] = {"type": "pickle"}
    dentro["result"] = base64.b64encode(pickle.dumps(Trampa(rastro))).decode()
    guardado.write_text(json.dumps(dentro))

    doble(9)

    assert rastro.read_text() == "he pasado por aquí"


# Con un cliente


@mock_aws
def test_de_un_cliente_o_una_conexion_no_sale_ninguna_clave() -> None:
    with closing(sqlite3.connect(":memory:")) as conexion, httpx.Client() as cliente:
        for argumento in (
            boto3.client("s3", region_name="us-east-1"),
            conexion,
            cliente,
            sqlalchemy.create_engine("sqlite://"),
        ):
            with pytest.raises(ValueError, match="objects could not be serialized"):
                clave(argumento)


@pytest.mark.parametrize(
    ("politica", "avisos", "segunda"),
    [
        (DE_SIEMPRE, 2, "Completed"),
        (NO_CACHE, 0, "Completed"),
        (INPUTS - "cliente" + TASK_SOURCE, 0, "Cached"),
    ],
)
def test_quitar_un_argumento_de_la_politica_devuelve_la_cache(
    carpeta: Path,
    caplog: pytest.LogCaptureFixture,
    politica: CachePolicy,
    avisos: int,
    segunda: str,
) -> None:
    @task(cache_policy=politica)
    def doble(cliente: Any, x: int) -> int:  # noqa: ANN401
        return 2 * x

    cliente = threading.Lock()  # lo que impide sacar la clave de uno de boto3

    assert [estado(doble, cliente, 9) for _ in range(2)] == ["Completed", segunda]
    assert caplog.text.count("Error encountered when computing cache key") == avisos
    assert len(archivos(carpeta)) == (segunda == "Cached")


@mock_aws
def test_el_etag_cambia_con_el_objeto() -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="cubo")

    def etag(texto: str) -> str:
        s3.put_object(Bucket="cubo", Key="ventas.csv", Body=texto)
        return s3.head_object(Bucket="cubo", Key="ventas.csv")["ETag"]

    assert etag("una venta") == etag("una venta") != etag("dos ventas")


# Qué argumentos dan la misma clave


def leer() -> pd.DataFrame:
    """Como las lee la página."""
    ventas = pd.read_csv(DATOS / "ventas.csv")
    return ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])


def test_dos_tablas_iguales_no_siempre_dan_la_misma_clave(tmp_path: Path) -> None:
    leida = leer()
    elegida = leida[leida.columns]
    leida.to_parquet(tmp_path / "ventas.parquet")
    de_parquet = pd.read_parquet(tmp_path / "ventas.parquet")
    for misma in (leer(), leida.copy()):
        assert clave(misma) == clave(leida)
    for otra in (elegida, de_parquet):
        assert otra.equals(leida)
        assert clave(otra) != clave(leida)

    numeros = leida.select_dtypes("number")
    assert clave(numeros[numeros.columns]) == clave(numeros)
    distintas = [
        nombre
        for nombre in leida.columns
        if pickle.dumps(leida[nombre].array) != pickle.dumps(elegida[nombre].array)
    ]
    assert distintas == list(leida.select_dtypes("str").columns)
    assert len(distintas) > 1


def test_dentro_de_una_lista_ni_la_copia_de_una_tabla_da_su_clave() -> None:
    leida = leer()
    assert clave(leida.copy()) == clave(leida)
    assert clave([leida.copy()]) != clave([leida])


def test_dos_conjuntos_iguales_pueden_dar_claves_distintas() -> None:
    uno, otro = {0, 8}, {8, 0}
    assert uno == otro
    assert clave(uno) != clave(otro)


def test_la_clave_de_un_archivo_no_mira_lo_que_dice(tmp_path: Path) -> None:
    ruta = tmp_path / "ventas.csv"

    def claves() -> list[str | None]:
        with ruta.open() as texto, ruta.open("rb") as binario:
            return [clave(archivo) for archivo in (ruta, str(ruta), texto, binario)]

    ruta.write_text("una venta")
    antes = claves()
    ruta.write_text("dos ventas")
    assert claves() == antes
    assert None not in antes


def test_si_cuenta_como_se_suman_las_cuatro_y_van_donde_dice_el_flow(
    terminal: Terminal,
) -> None:
    terminal.guardar(f"{PAGINA}/informe_de_noche.py")
    programa = terminal.guardar(f"{PAGINA}/mismas_ventas.py")
    cambiar(programa, 'INPUTS - "como" + ', "INPUTS + ")
    cambiar(programa, "@flow(", '@flow(result_storage=VENTAS.with_name("otra"), ')

    salida = terminal.ejecutar("python mismas_ventas.py").salida

    assert len(re.findall(r"Task run .* - Finished in state Completed", salida)) == 4
    assert "Cached" not in salida
    assert len(list((terminal.raiz / "data" / "otra").iterdir())) == 4 + 1  # y el flow
    assert guardados(terminal) == []


# Un archivo, por lo que dice


def test_con_cache_key_fn_a_secas_dos_tasks_comparten_resultado(carpeta: Path) -> None:
    def la_misma(_contexto: object, argumentos: dict[str, Any]) -> str:
        return f"clave-de-{argumentos['x']}"

    def doble(x: int) -> int:
        return 2 * x

    def triple(x: int) -> int:
        return 3 * x

    a_secas = {"cache_key_fn": la_misma}
    con_codigo = {"cache_policy": CachePolicy.from_cache_key_fn(la_misma) + TASK_SOURCE}
    for opciones, triple_de_9 in ((a_secas, 18), (con_codigo, 27)):
        assert task(**opciones)(doble)(9) == 18
        assert task(**opciones)(triple)(9) == triple_de_9


def test_lo_caducado_no_se_borra_se_reescribe(carpeta: Path) -> None:
    @task(cache_policy=DE_SIEMPRE, cache_expiration=timedelta(microseconds=1))
    def doble(x: int) -> int:
        return 2 * x

    assert estado(doble, 9) == "Completed"
    (guardado,) = archivos(carpeta)
    assert estado(doble, 9) == "Completed"
    assert archivos(carpeta) == [guardado]
    assert estado(doble, 10) == "Completed"
    assert len(archivos(carpeta)) == 2


# Dos a la vez


def test_sin_cerrojo_dos_a_la_vez_calculan_las_dos(carpeta: Path) -> None:
    """Cada una espera a que la otra también esté calculando; con una sola, fallaría."""
    juntas = threading.Barrier(2, timeout=LIMITE_S)

    @task(cache_policy=DE_SIEMPRE)
    def doble(x: int) -> int:
        juntas.wait()
        return 2 * x

    estados: list[str] = []

    def ejecutar() -> None:
        estados.append(estado(doble, 9))

    hilos = [en_otro_hilo(ejecutar) for _ in range(2)]
    for hilo in hilos:
        hilo.join()
    assert estados == ["Completed", "Completed"]


class QueAvisa(FileSystemLockManager):
    """El mismo, y dice cuándo hay alguien esperando."""

    def __init__(self, carpeta: Path) -> None:
        super().__init__(carpeta)
        self.espera_alguien = threading.Event()

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        self.espera_alguien.set()
        return super().wait_for_lock(key, timeout)


def test_con_cerrojo_la_segunda_espera_y_no_calcula(carpeta: Path) -> None:
    cerrojos = QueAvisa(carpeta.with_name("cerrojos"))
    calculando, sigue = threading.Event(), threading.Event()

    @task(
        cache_policy=DE_SIEMPRE.configure(
            isolation_level=IsolationLevel.SERIALIZABLE, lock_manager=cerrojos
        )
    )
    def doble(x: int) -> int:
        calculando.set()
        assert sigue.wait(LIMITE_S)
        return 2 * x

    estados: dict[str, str] = {}

    def ejecutar(cual: str) -> None:
        estados[cual] = estado(doble, 9)

    primera = en_otro_hilo(ejecutar, "primera")
    assert calculando.wait(LIMITE_S)
    segunda = en_otro_hilo(ejecutar, "segunda")
    assert cerrojos.espera_alguien.wait(LIMITE_S)
    assert estados == {}
    sigue.set()
    primera.join()
    segunda.join()
    assert estados == {"primera": "Completed", "segunda": "Cached"}


def test_serializable_necesita_quien_ponga_los_cerrojos(carpeta: Path) -> None:
    @task(
        cache_policy=DE_SIEMPRE.configure(isolation_level=IsolationLevel.SERIALIZABLE)
    )
    def doble(x: int) -> int:
        return 2 * x

    with pytest.raises(ConfigurationError, match="SERIALIZABLE is not supported"):
        doble(9)


def cierre_interrumpido(terminal: Terminal, senal: signal.Signals) -> list[Path]:
    """Los cerrojos que quedan cuando un programa que cierra el mes recibe una señal."""
    for programa in ("informe_de_noche", "una_sola_vez"):
        terminal.guardar(f"{PAGINA}/{programa}.py")
    with en_marcha(terminal, ["python", "una_sola_vez.py"], "Cerrando") as proceso:
        proceso.send_signal(senal)
        proceso.communicate(timeout=LIMITE_S)
    return list((terminal.carpeta / "cerrojos").iterdir())


def test_un_apagon_deja_el_cerrojo_y_nadie_lo_quita(terminal: Terminal) -> None:
    (puesto,) = cierre_interrumpido(terminal, signal.SIGKILL)
    assert json.loads(puesto.read_bytes())["expiration"] is None

    otro = FileSystemLockManager(puesto.parent)
    assert not otro.wait_for_lock(puesto.stem, timeout=0.1)
    puesto.unlink()
    assert otro.wait_for_lock(puesto.stem, timeout=0.1)


def test_con_ctrl_c_el_cerrojo_se_quita(terminal: Terminal) -> None:
    assert cierre_interrumpido(terminal, signal.SIGINT) == []


def test_un_cerrojo_a_medio_escribir_hace_fallar_a_quien_lo_lee(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quien lo pone crea el archivo y lo escribe después; en medio llega otro."""
    escribir = FileSystemLockManager.acquire_lock.__globals__["pydantic_core"].to_json
    fallos: list[str] = []

    def llega_otro(*args: Any) -> bytes:  # noqa: ANN401
        with pytest.raises(ValueError) as fallo:
            FileSystemLockManager(tmp_path).acquire_lock("clave", "otro")
        fallos.append(str(fallo.value))
        return escribir(*args)

    monkeypatch.setattr("prefect.locking.filesystem.pydantic_core.to_json", llega_otro)
    assert FileSystemLockManager(tmp_path).acquire_lock("clave", "uno")

    (dicho,) = fallos
    assert dicho.startswith("EOF while parsing a value")
