"""La chuleta de la CLI: cada orden de la guía está en ella, y cada orden suya existe."""

import re
from collections.abc import Callable

import pytest
from menu import PAGINAS

from motor.prefect_por_dentro import orden_prefect
from motor.rutas import DOCS
from verificador import chuleta, plugin
from verificador.chuleta import Fila, Uso
from verificador.pagina import Pagina, leer_pagina
from verificador.prosa import biblioteca, evidencias, lengua

AVISOS = DOCS / "produccion" / "avisos.md"


@pytest.fixture(scope="module")
def leidas() -> list[Pagina]:
    return [leer_pagina(ruta) for ruta in PAGINAS]


@pytest.fixture(scope="module")
def halladas(leidas: list[Pagina]) -> dict[str, Fila]:
    return chuleta.filas(leidas)


def test_cada_orden_de_la_guia_esta_en_la_chuleta(halladas: dict[str, Fila]) -> None:
    assert len(halladas) > 30
    desajustes = chuleta.desajustes(halladas)
    assert not desajustes, f"{chuleta.DATOS.name}: {'; '.join(desajustes)}"


def test_cada_orden_de_la_chuleta_existe_con_sus_opciones(
    halladas: dict[str, Fila],
) -> None:
    """De lo que sobra en una orden solo se habla en la página de lo que ya no existe."""
    con_opciones = [(o, fila.opciones) for o, fila in halladas.items() if fila.opciones]
    assert len(con_opciones) > 10
    for orden in chuleta.dichas():
        app = chuleta.buscar(orden)
        assert orden == chuleta.RAIZ or not biblioteca.es_grupo(app), orden
    for orden, opciones in con_opciones:
        assert not biblioteca.falta_en_la_orden([*orden.split(), *opciones])


def test_la_guia_solo_nombra_ordenes_que_existen(leidas: list[Pagina]) -> None:
    """De las que ya no existen habla una página, y todas las suyas son de esas."""
    malas = [uso for uso in chuleta.usos(leidas) if uso.falta]
    fuera = [
        f"{uso.pagina.name}#{uso.ancla}: «{uso.orden}» no tiene «{uso.falta}»"
        for uso in malas
        if uso.pagina != chuleta.DE_ANTES
    ]
    assert not fuera
    assert {"agent", "orion", "build"} <= {uso.falta for uso in malas}


def test_la_chuleta_dice_que_grupos_no_usa_la_guia(halladas: dict[str, Fila]) -> None:
    sobran = chuleta.sin_usar({*halladas})
    assert "dashboard" in sobran
    assert not {"gcl", "flows", "server", "work-pool"} & {*sobran}
    raiz = orden_prefect()
    usados = {orden.split()[0] for orden in halladas if orden}
    de_la_cli = {raiz[n].name[0] for n in biblioteca.subordenes(raiz)}
    assert {*sobran, *usados} == de_la_cli
    assert {*chuleta.de_los_demas()} <= de_la_cli


def test_cada_orden_esta_una_vez_y_dicha_como_la_guia() -> None:
    dichas = chuleta.dichas()
    assert len(dichas) == len({*dichas})
    escritos = [dice for grupo in chuleta.grupos() for dice in grupo.ordenes.values()]
    for dice in [*escritos, *chuleta.de_los_demas().values()]:
        assert not [*lengua.faltas(re.sub(r"`[^`]*`", "", dice))], dice
        assert dice[0].isupper() and dice.endswith("."), dice


def test_una_orden_nueva_o_de_menos_se_dice(halladas: dict[str, Fila]) -> None:
    nueva = Fila(Uso("work-pool ls", (), AVISOS, "programa"))
    con_una_mas = chuleta.desajustes(halladas | {"work-pool ls": nueva})
    assert con_una_mas == ["falta «work-pool ls», que enseña avisos.md#programa"]
    con_una_menos = {o: fila for o, fila in halladas.items() if o != "version"}
    assert "sobra «version»: ninguna página la enseña" in chuleta.desajustes(
        con_una_menos
    )
    sin_servidor = {o: f for o, f in halladas.items() if not o.startswith("server")}
    dicho = chuleta.desajustes(sin_servidor)
    assert "falta «server», en [sin_usar]: la guía no la usa" in dicho


@pytest.mark.parametrize(
    ("texto", "esperadas"),
    [
        ("prefect version", [("version", ())]),
        (
            "a=1 prefect version && prefect profile ls",
            [("version", ()), ("profile ls", ())],
        ),
        ("prefect profile ls | grep nube --color", [("profile ls", ())]),
        (
            'prefect deploy a.py:b --cron "0 3 * * *" \\\n  --name c',
            [("deploy", ("--cron", "--name"))],
        ),
        ("prefect deploy `\n  --all", [("deploy", ("--all",))]),
        (
            "prefect flow-run retry $(python a.py --x) --entrypoint a.py:b",
            [("flow-run retry", ("--entrypoint",))],
        ),
        ("prefect -p nube config view", [("", ("-p",)), ("config view", ())]),
        (
            "prefect worker start -p cajas --no-prompt",
            [("", ("--no-prompt",)), ("worker start", ("-p",))],
        ),
        ("ExecStart=/a/.venv/bin/prefect server start", [("server start", ())]),
        (r".venv\Scripts\prefect.exe version", [("version", ())]),
        ('f"prefect work-pool resume {pool.name}",', [("work-pool resume", ())]),
        ("prefect deployment run a/b --param=c=1", [("deployment run", ("--param",))]),
        ("pip install prefect pandas", []),
        ("from prefect import flow", []),
        ("cd prefect-kit; prefect.yaml", []),
        ("`prefect deployment`", []),
    ],
)
def test_las_ordenes_se_leen_como_en_la_terminal(
    texto: str, esperadas: list[tuple[str, tuple[str, ...]]]
) -> None:
    leidas = [*chuleta.ordenes_en(texto)]
    assert [(orden, opciones) for orden, opciones, _ in leidas] == esperadas
    assert not any(falta for *_, falta in leidas)


@pytest.mark.parametrize(
    ("texto", "falta"),
    [
        ("prefect agent start", "agent"),
        ("prefect deployment build a.py", "build"),
        ("prefect work-pool create a --tipo process", "--tipo"),
        ("prefect --perfil a version", "--perfil"),
    ],
)
def test_lo_que_la_orden_no_entiende_se_nota(texto: str, falta: str) -> None:
    assert falta in [no_esta for *_, no_esta in chuleta.ordenes_en(texto)]


PAGINA = """\
# Una página

Con `prefect profile ls`. ## Y no

## Otra { #otra }

```bash
prefect version
```

<!--pytest-codeblocks:expected-output-->

```text
prefect deployment run 'de/una-salida'
```
"""


def test_se_leen_los_bloques_y_el_texto_y_no_las_salidas(
    leer: Callable[[str], Pagina],
) -> None:
    usos = [*chuleta.de_una_pagina(leer(PAGINA))]
    assert [(uso.orden, uso.ancla, uso.peso) for uso in usos] == [
        ("version", "otra", 0),
        ("profile ls", "", 2),
    ]


def test_las_opciones_de_todas_las_ordenes_existen(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    de_la_raiz = orden_prefect().meta.assemble_argument_collection()
    nombres = {n for argumento in de_la_raiz for n in argumento.names if "-" in n}
    cortas = {"--help", "--version", "-v", "-p"}
    assert nombres - {"--tokens", "--empty-tokens"} == biblioteca.DE_TODAS - cortas
    ordenes = ("--version", "-v", "-p ephemeral config view", "config view --help")
    hecho = terminal.ejecutar("\n".join(f"prefect {orden}" for orden in ordenes))
    terminal.cerrar()
    assert hecho.codigo == 0, hecho.salida


def test_cada_enlace_lleva_a_donde_se_usa(halladas: dict[str, Fila]) -> None:
    """La sección existe y dice la orden o la opción; sin sección, es la página."""
    publicado = (chuleta.CARPETA / "ordenes.md").read_text("utf-8")
    for orden, fila in halladas.items():
        sitios = {f"prefect {orden}".strip(): fila.uso, **fila.opciones}
        for escrito, uso in sitios.items():
            pagina = leer_pagina(uso.pagina)
            tramo = evidencias.secciones(pagina).get(uso.ancla) or range(9999)
            lineas = [linea for linea, _ in pagina.texto][tramo.start : tramo.stop]
            assert escrito in "\n".join(lineas), f"{escrito}: {uso.enlace}"
            assert f"]({uso.enlace})" in publicado or not orden
