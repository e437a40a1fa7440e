"""Lo que afirman los ejercicios 7 a 12 y su salida no demuestra."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from consultas import cambiar
from prefect.blocks.system import Secret
from prefect.client.orchestration import SyncPrefectClient

from calificador.ejecuciones import identificadores
from verificador.rutas import SNIPPETS
from verificador.terminal import Terminal

EJERCICIOS = "ejercicios"
CLAVE = "tres-tristes-tigres"


def test_de_la_cache_no_se_llama_a_lo_de_dentro(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/07-cache/07-cache.py")
    cambiar(programa, "    time.sleep(0.3)\n", '    print("leyendo", tienda)\n')
    primera, segunda = (terminal.ejecutar("python 07-cache.py").salida for _ in "12")
    assert primera.count("leyendo") == 4
    assert "leyendo" not in segunda


def test_con_literal_prefect_rechaza_la_tienda_que_no_existe(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/08-parametros/08-parametros.py")
    cambiar(
        programa,
        "from pathlib import Path\n",
        "from pathlib import Path\nfrom typing import Literal\n",
    )
    cambiar(programa, "tienda: str = ", 'tienda: Literal["Puebla", "Monterrey"] = ')
    cambiar(programa, "    ventas_caras()\n", '    ventas_caras("Atlantis")\n')
    salida = terminal.ejecutar("python 08-parametros.py").salida
    assert "ParameterTypeError" in salida
    assert "No hay ninguna tienda" not in salida


def test_secret_guarda_un_texto_y_get_lo_da() -> None:
    secreto = Secret(value=CLAVE)
    assert CLAVE not in f"{secreto.value} {secreto}"
    assert secreto.get() == CLAVE


def test_sin_la_variable_la_clave_sale_del_block(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/09-blocks/09-blocks.py")
    firma = terminal.raiz / "data" / "output" / "ventas.firma"
    con_ella = f"CLAVE_DE_FIRMA={CLAVE} python 09-blocks.py"
    assert terminal.ejecutar(con_ella).codigo == 0
    primera = firma.read_text("utf-8")
    firma.unlink()
    cambiar(
        programa,
        "    guardar_clave()\n",
        '    if "CLAVE_DE_FIRMA" in os.environ:\n        guardar_clave()\n',
    )
    assert terminal.ejecutar("python 09-blocks.py").codigo == 0
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


def test_pytest_no_encuentra_un_archivo_que_no_empieza_por_test(tmp_path: Path) -> None:
    (tmp_path / "11-probar-flows.py").write_text("def test_nada():\n    pass\n")
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
    assert "1 passed" in probar("11-probar-flows.py")


def test_una_venta_sin_precio_no_cambia_la_suma_salvo_si_es_la_unica(
    tmp_path: Path, terminal: Terminal
) -> None:
    programa = terminal.guardar(
        f"{EJERCICIOS}/11-probar-flows/comienzo/resumen_ventas.py"
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


def test_lo_que_se_pide_a_diario_son_las_ventas_validas_de_puebla(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/12-deployment/12-deployment.py")
    texto = programa.read_text("utf-8").partition("\n\nif __name__")[0]
    programa.write_text(f'{texto}\n\nprint(contar_ventas("Puebla"))\n', "utf-8")
    salida = terminal.ejecutar("python 12-deployment.py").salida
    assert identificadores(salida)
    ventas = pd.read_csv(SNIPPETS.parent / "data" / "ventas.csv").drop_duplicates()
    de_puebla = ventas.dropna(subset=["precio", "cantidad"]).tienda == "Puebla"
    assert f"Puebla: {de_puebla.sum()} ventas" in salida
