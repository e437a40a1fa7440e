"""«Cómo se verifica esta guía» dice de las pruebas lo que las pruebas hacen."""

import re
from pathlib import Path

import pytest

from motor.rutas import DOCS, RAIZ
from verificador import casa, plugin
from verificador.pagina import leer_pagina, paginas
from verificador.taller import Taller, TallerFrio
from verificador.terminal import RAIZ_MOSTRADA

PAGINA = (DOCS / "referencia" / "verificacion.md").read_text("utf-8")
# Las de quien lanza las pruebas: unas máquinas tienen unas y otras, otras.
DE_LA_RED = re.compile(r"(PIP|UV|SSL)_|.*_proxy$", re.IGNORECASE)


@pytest.mark.parametrize("tty", [False, True], ids=["tubería", "terminal"])
def test_la_pagina_nombra_cada_variable_que_el_lector_no_tiene(
    pytestconfig: pytest.Config, tty: bool
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False, tty=tty)
    terminal.cerrar()
    propias = [n for n in terminal.entorno if not n.startswith("GUIA_")]
    sin_decir = [n for n in propias if not DE_LA_RED.match(n) and f"`{n}" not in PAGINA]
    assert not sin_decir


def test_la_pagina_dice_la_carpeta_del_lector() -> None:
    assert f"`{RAIZ_MOSTRADA}`" in PAGINA


def test_la_carpeta_de_cada_pagina_tiene_un_espacio_y_una_tilde(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    terminal.cerrar()
    assert f"(`{terminal.raiz.parent.name}`)" in PAGINA
    assert {" ", "í"} <= set(terminal.raiz.parent.name)


def test_la_terminal_del_pase_en_frio_es_la_que_dice_la_pagina(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False, tty=True)
    salida = terminal.ejecutar("tput cols; echo TERM=$TERM").salida
    terminal.cerrar()
    columnas, tipo = salida.split()
    assert f"de {columnas} columnas, `{tipo}`" in PAGINA


def test_cada_pagina_tiene_su_propio_servidor(pytestconfig: pytest.Config) -> None:
    taller: Taller = pytestconfig.stash[plugin.TALLER]
    una, otra = taller.terminal(), taller.terminal()
    try:
        crear = "prefect work-pool create locales --type process"
        assert una.ejecutar(crear).codigo == 0
        assert "locales" in una.ejecutar("prefect work-pool ls").salida
        assert "locales" not in otra.ejecutar("prefect work-pool ls").salida
    finally:
        una.cerrar()
        otra.cerrar()


def test_una_pagina_con_programas_del_sistema_se_ejecuta_aparte(
    request: pytest.FixtureRequest,
) -> None:
    """Sus bloques son de «make test-figuras», que los instala; juzgarla, de las dos órdenes."""
    con_programas = {}
    for ruta in paginas():
        if programas := leer_pagina(ruta).verificacion.programas:
            pagina = plugin.PaginaDePrueba.from_parent(request.session, path=ruta)
            nodos = list(pagina.collect())
            aparte = [n for n in nodos if n.get_closest_marker("figuras")]
            assert [n.name for n in nodos if n not in aparte] == ["libro mayor"]
            assert aparte[-1].name == "libro mayor, ya ejecutada"
            assert sum(n.le_toca_contar() for n in (nodos[-2], nodos[-1])) == 1
            con_programas[ruta.stem] = programas
    assert "detras-de-un-proxy" in con_programas
    for archivo in (".ci/instalar", "Makefile"):
        texto = (RAIZ / archivo).read_text("utf-8")
        for programas in con_programas.values():
            assert set(programas) <= set(re.findall(r"[\w-]+", texto))


def test_los_demas_puertos_de_una_pagina_son_otros_que_estan_libres(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(
        servidor=False, puertos={"PUERTO_DE_PRUEBA": 8443}
    )
    hecho = terminal.ejecutar("echo http://127.0.0.1:8443 $PUERTO_DE_PRUEBA")
    terminal.cerrar()
    mostrada, libre = hecho.salida.split()
    assert mostrada == "http://127.0.0.1:8443"
    assert int(libre) not in (8443, terminal.puerto)


def test_en_frio_no_queda_nada_preparado(tmp_path: Path) -> None:
    """El `python` del entorno, una terminal, la casa por estrenar y los ajustes de la página."""
    taller = TallerFrio(tmp_path)
    try:
        terminal = taller.terminal(servidor=False)
        hecho = terminal.ejecutar(
            "python -c 'import sys; print(sys.stdout.isatty(), sys.executable)'\n"
            "ls ~/.prefect; env | grep -E 'LATIDO|DO_NOT_TRACK|ANALYTICS|UNBUFFERED' || true"
        )
        assert f"True {RAIZ_MOSTRADA}/.venv/bin/python\n" in hecho.salida
        assert "profiles.toml" in hecho.salida
        assert not re.search("prefect.db|LATIDO|TRACK|ANALYTICS|UNBUF", hecho.salida)
        ajustes = casa.orden_de_ajustes().split()[3:]
        guardados = (terminal.prefect / "profiles.toml").read_text("utf-8")
        assert all(ajuste.replace("=", ' = "') in guardados for ajuste in ajustes)
    finally:
        taller.cerrar()
