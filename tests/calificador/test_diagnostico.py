"""Por qué no ha servido un programa: cada causa, con su consejo y su página."""

from pathlib import Path
from uuid import uuid4

import pytest

from calificador import errores, lengua
from calificador.averias import Averia
from calificador.comprobaciones import aparte, e13_codigo_en_git
from calificador.diagnostico import Diagnostico, Entrega
from calificador.ejercicios import buscar
from calificador.revision import revisar
from calificador.veredicto import Tropiezo
from calificador.vigilancia import ha_cambiado, huella, usados
from motor.ejecuciones import Flujo, Tarea
from motor.rutas import DOCS

FLOW = "from prefect import flow\n\n\n@flow(log_prints=True)\ndef f():\n    print('x')\n\n\n"


def diagnosticar(carpeta: Path, programa: str, **fuera: str) -> Diagnostico:
    archivo = carpeta / "programa.py"
    archivo.write_text(programa, "utf-8")
    return Diagnostico(carpeta, archivo, fuera)


def flujo(estado: str, *tareas: str) -> Flujo:
    return Flujo(
        uuid4(),
        "f",
        estado,
        None,
        [],
        [Tarea(uuid4(), f"t{i}", suyo, 1) for i, suyo in enumerate(tareas)],
    )


def existe(pagina: str) -> bool:
    nombre, _, ancla = pagina.partition("#")
    texto = (DOCS / f"{nombre}.md").read_text("utf-8")
    return not ancla or f"{{ #{ancla} }}" in texto


@pytest.mark.parametrize(
    ("final", "consejo"),
    [
        ("f", "Has escrito f sin paréntesis"),
        ("if __name__ == 'main':\n    f()", "Comparas __name__ con «main»"),
        ("", "hay que llamarla"),
        ("import os\nos.environ['PREFECT_API_URL'] = 'x'\nf()", "otro servidor"),
        ("if __name__ == '__main__':\n    pass", "hay que llamarla"),
    ],
)
def test_sin_ejecutar_ningun_flow(tmp_path: Path, final: str, consejo: str) -> None:
    tropiezo = diagnosticar(tmp_path, FLOW + final).sin_flow(Entrega(0, ""))
    assert consejo in tropiezo.consejo
    assert existe(tropiezo.pagina)


ASINCRONO = FLOW.replace("def f", "async def f")
AVISO = "programa.py:9: RuntimeWarning: coroutine 'run_flow_async' was never awaited\n"
OTROS_PRINT = [
    "from rich import print\n",
    "from builtins import print\n",
    "def print(*a): ...\n",
    "print = str\n",
    "import sys\nsys.stdout.write('x')\n",
]


@pytest.mark.parametrize(
    ("programa", "salida", "flujos", "consejo"),
    [
        (ASINCRONO + "f()", AVISO, [], "En la línea 9 llamas a una función async"),
        (ASINCRONO + "r = f()", "", [], "En la línea 9 llamas a una función async"),
        (FLOW, AVISO, [flujo("Completed", "Completed")], "función async sin esperarla"),
        (FLOW + "import os\nos._exit(0)", "", [flujo("Completed")], "os._exit"),
        (
            FLOW,
            "",
            [flujo("Completed", "Completed", "Crashed")],
            "La task t1 se ha quedado",
        ),
        (FLOW, "", [flujo("Completed", "Pending")], "no la esperaste"),
        *(
            (otro + FLOW, "", [flujo("Completed")], "el print de Python")
            for otro in OTROS_PRINT
        ),
    ],
)
def test_se_dice_la_causa_y_no_el_efecto(
    tmp_path: Path, programa: str, salida: str, flujos: list[Flujo], consejo: str
) -> None:
    entrega = Entrega(0, salida, flujos)
    indicio = diagnosticar(tmp_path, programa).indicio(entrega, por_el_log=True)
    assert consejo in indicio.consejo
    assert existe(indicio.pagina)


@pytest.mark.parametrize(
    ("programa", "salida", "flujos"),
    [
        (FLOW + "f()", "", [flujo("Completed", "Completed")]),
        (FLOW + "f()", "", [flujo("Failed", "Crashed")]),
        (ASINCRONO + "import asyncio\nasyncio.run(f())", "", [flujo("Completed")]),
        (ASINCRONO + "r = f()\nasyncio.run(r)", "", [flujo("Completed")]),
        (FLOW + "import sys\nsys.stdout.reconfigure()", "", [flujo("Completed")]),
        (FLOW + "import os\nos._exit(0)", "ValueError: antes de llegar", []),
        ("esto no es Python", "", [flujo("Completed")]),
    ],
)
def test_sin_una_causa_a_la_vista_vale_el_consejo_de_siempre(
    tmp_path: Path, programa: str, salida: str, flujos: list[Flujo]
) -> None:
    entrega = Entrega(0, salida, flujos)
    assert not diagnosticar(tmp_path, programa).indicio(entrega, por_el_log=True)


@pytest.mark.parametrize(
    ("error", "consejo"),
    [
        ("NameError: name 'flow' is not defined", "from prefect import flow"),
        ("NameError: name 'pd' is not defined", "import pandas as pd"),
        ("NameError: name 'Path' is not defined", "from pathlib import Path"),
        ("NameError: name 'ventas' is not defined", "Python no conoce ese nombre"),
        (
            "AttributeError: 'PrefectConcurrentFuture' object has no attribute 'x'",
            ".result()",
        ),
        ("TypeError: 'PrefectConcurrentFuture' object is not iterable", ".result()"),
        (
            "AttributeError: 'PrefectFutureList' object has no attribute 'sum'",
            ".result()",
        ),
        ("TypeError: 'coroutine' object is not subscriptable", "await"),
        (
            "AttributeError: 'Series' object has no attribute 'to_parquet'",
            "reset_index",
        ),
        ("TypeError: 'NoneType' object is not subscriptable", "return"),
        ("OSError: Cannot save file into a non-existent directory: 'x'", "mkdir"),
        ("TypeError: 'fn' must be callable", "Prefect 3"),
        ("AttributeError: 'Flow' object has no attribute 'run'", "Prefect 3"),
        ("ModuleNotFoundError: No module named 'prefect.executors'", "Prefect 3"),
        (
            "ImportError: cannot import name 'x' from 'prefect.task_runners' (y)",
            "Prefect 3",
        ),
        ("prefect.exceptions.PrefectImportError: `x` has been removed.", "Prefect 3"),
        ("ModuleNotFoundError: No module named 'ayuda'", "en la misma carpeta"),
        ("RecursionError: maximum recursion depth exceeded", "se llama a sí misma"),
        ("KeyError: ['precios']", "no existe esa columna"),
        (
            "TypeError: task() got an unexpected keyword argument 'max_retries'",
            "retries",
        ),
        (
            "TypeError: FlowDecorator.__call__() got an unexpected keyword argument 'log_print'",
            "letra por letra",
        ),
        (
            "TypeError: FlowDecorator.__call__() got an unexpected keyword argument "
            "'cache_policy'",
            "cache_policy es de cada task: va en @task",
        ),
        (
            "TypeError: FlowDecorator.__call__() got an unexpected keyword argument "
            "'retry_condition_fn'",
            "retry_condition_fn es de cada task: va en @task",
        ),
        (
            "TypeError: task() got an unexpected keyword argument 'cache'",
            "Se llama cache_policy",
        ),
        (
            "AttributeError: 'str' object has no attribute 'isolation_level'",
            "sin comillas",
        ),
        (
            "TypeError: Expected `retry_condition_fn` to be callable, got str instead.",
            "sin comillas ni paréntesis",
        ),
        (
            "ValidationError: 1 validation error for RunnerDeployment\nparameters\n  Input "
            "should be a valid dictionary [type=dict_type, input_type=set]",
            'parameters={"tienda": "Puebla"}',
        ),
        (
            "AttributeError: 'list' object has no attribute 'work_pool_name'",
            "sin corchetes",
        ),
        (
            "RuntimeError: The `PrefectClient` must be entered with an async context.",
            "sync_client=True",
        ),
        (
            "ValidationError: 1 validation error for FlowRunFilterStateType\nany_.0\n  Input "
            "should be 'SCHEDULED', 'PENDING' [type=enum, input_value='Completed']",
            "TERMINAL_STATES",
        ),
        (
            "TypeError: task() got an unexpected keyword argument 'retry'",
            "letra por letra",
        ),
        ("NameError: name 'serve' is not defined", "from prefect import serve"),
        (
            "NameError: name 'INPUTS' is not defined",
            "from prefect.cache_policies import",
        ),
        ("NameError: name 'NO_CACHE' is not defined", "cache_policies import NO_CACHE"),
        ("NameError: name 'Interval' is not defined", "from prefect.schedules import"),
        ("NameError: name 'otro' is not defined", "Python no conoce ese nombre"),
        (
            "ValidationError: 4 validation errors for DeploymentScheduleCreate "
            "schedule.function-after[validate_timezone(), IntervalSchedule] Input should be a "
            "valid dictionary [type=model_type, input_value=3600, input_type=int]",
            "Interval(3600)",
        ),
        ("AttributeError: 'PosixPath' object has no attribute 'decode'", "str(ruta)"),
        ("AttributeError: 'WindowsPath' object has no attribute 'decode'", "str(ruta)"),
        ("RuntimeError: Failed to clone repository 'x' with exit code 128.", "la rama"),
        (
            "prefect.exceptions.MissingFlowError: Flow function with name 'f' not found in",
            "un flow que se llame f",
        ),
        ("TypeError: Expected iterable for 'on_crashed'; got", "on_crashed=[avisar]"),
        ("TypeError: Expected callables in 'on_failure'; got", "on_failure=[avisar]"),
        ("MemoryError", "Pide demasiada memoria"),
        ("RuntimeError: Failed to reach API at http://x/api/.", "PREFECT_API_URL"),
        ("TypeError: Series.sort_values() takes 1 positional", "reset_index"),
    ],
)
def test_los_errores_mas_comunes_llevan_remedio(error: str, consejo: str) -> None:
    dicho, pagina = errores.explicar(errores.ultimo_error(f"Traceback\n{error}\n"))
    assert consejo in dicho
    assert existe(pagina)


@pytest.mark.parametrize(
    "error",
    ["prefect.exceptions.MappingMissingIterable: x", "Fallo: ya", "KeyboardInterrupt"],
)
def test_un_error_se_reconoce_aunque_no_se_llame_error(error: str) -> None:
    traza = 'Traceback (most recent call last):\n  File "x.py", line 1\n    f()\n'
    antes = "ValueError: otro\n\nDuring handling…\n\n"
    assert errores.ultimo_error(f"{antes}{traza}{error}\ny más\n") == error


def test_los_parametros_rechazados_se_nombran() -> None:
    salida = "a.ParameterTypeError: no valen:\n - minimo: no es un número\ny más\n"
    assert "minimo: no es un número" in errores.ultimo_error(salida)
    assert "y más" not in errores.ultimo_error(salida)


@pytest.mark.parametrize(
    ("nombre", "salida"),
    [
        ("prefect.py", "ImportError: cannot import name 'flow' from 'prefect' (x)"),
        ("pandas.py", "AttributeError: partially initialized module 'pandas' has no x"),
        ("random.py", '  File "{carpeta}/random.py", line 1\nImportError: x'),
    ],
)
def test_un_archivo_que_tapa_a_una_biblioteca(
    tmp_path: Path, nombre: str, salida: str
) -> None:
    (tmp_path / nombre).touch()
    (tmp_path / "ayuda.py").touch()
    entrega = Entrega(1, salida.format(carpeta=tmp_path))
    tropiezo = diagnosticar(tmp_path, FLOW).con_error(entrega)
    assert f"Tu archivo «{nombre}» tapa a la biblioteca" in tropiezo.que
    assert existe(tropiezo.pagina)


@pytest.mark.parametrize(
    ("entrega", "dicho"),
    [
        (Entrega(1, "bdb.BdbQuit\n"), "breakpoint()"),
        (Entrega(1, "EOFError: EOF when reading a line\n"), "teclado"),
        (Entrega(-11, ""), "SIGSEGV"),
        (Entrega(3, "casi\nlo último\n"), "lo último"),
        (Entrega(1, ""), "¿llamas a exit?"),
        (Entrega(3, "lo \x1b[2J\x07último\n"), "lo [2Júltimo"),
        (Entrega(1, "ValueError: \x1b]0;x\x07mal\n"), "ValueError: ]0;xmal"),
        (
            Entrega(
                1,
                "NameError: name 'flow' is not defined. Did you mean: 'float'?\n",
            ),
            "'float'? Te falta importarlo",
        ),
        (
            Entrega(1, "TypeError: vale() missing 3 required positional arguments\n"),
            "retry_condition_fn=vale, sin paréntesis",
        ),
        (
            Entrega(1, "TypeError: avisar() missing 3 required positional arguments\n"),
            "Con on_failure=[avisar()] la llamas tú",
        ),
        (
            Entrega(
                1, "FileNotFoundError: [Errno 2] No such file: '/home/ana/x.csv'\n"
            ),
            "solo existe en un equipo",
        ),
        (
            Entrega(1, "FileNotFoundError: [Errno 2] No such file: 'grande.csv'\n"),
            "no he podido copiarlo: ocupa 30 MB",
        ),
    ],
)
def test_terminar_con_error(tmp_path: Path, entrega: Entrega, dicho: str) -> None:
    programa = (
        "def vale(): ...\n@task(retry_condition_fn=vale())\ndef t(): ...\n"
        "@flow(on_failure=[avisar()])\ndef h(): ...\n"
        + FLOW
        + "open('/home/ana/x.csv')"
    )
    caso = diagnosticar(tmp_path, programa, **{"grande.csv": "ocupa 30 MB"})
    tropiezo = caso.con_error(entrega)
    assert dicho in f"{tropiezo.que} {tropiezo.consejo}"


def test_lo_que_no_es_culpa_del_programa_es_una_averia(tmp_path: Path) -> None:
    entrega = Entrega(1, "OSError: [Errno 28] No space left on device\n")
    assert isinstance(diagnosticar(tmp_path, FLOW).con_error(entrega), Averia)


@pytest.mark.parametrize(
    ("final", "lineas"),
    [
        ("t.submit()", [13]),
        ("t.map([1])", [13]),
        ("t()", []),
        ("t.submit().wait()", []),
        ("return t.submit()", []),
        ("x = t.submit(); x.result()", []),
        ("otra.submit()", []),
    ],
)
def test_un_envio_que_se_suelta_lleva_un_aviso(
    tmp_path: Path, final: str, lineas: list[int]
) -> None:
    programa = FLOW + f"@task\ndef t(): ...\n\n@flow\ndef g():\n    {final}\n"
    dichos = diagnosticar(tmp_path, programa.replace("\n\n\n", "\n\n", 1)).avisos()
    assert [
        f"En la línea {n} envías t" in d.consejo
        for n, d in zip(lineas, dichos, strict=True)
    ] == [True] * len(lineas)
    assert all(existe(dicho.pagina) for dicho in dichos)


def test_quien_sirve_no_termina_y_se_dice(tmp_path: Path) -> None:
    caso = diagnosticar(tmp_path, FLOW)
    sirviendo = caso.sin_terminar("Your flow 'f' is being served and…", 9).consejo
    assert "sin .serve" in sirviendo
    assert ".deploy(…), que termina" in sirviendo
    assert "9 segundos" in caso.sin_terminar("", 9).que


def test_a_quien_sirve_en_el_13_no_se_le_manda_llamar_al_flow(tmp_path: Path) -> None:
    """Antes se le decía que llamara al flow, y con el work pool mal puesto, que sirviera."""
    caso = diagnosticar(tmp_path, FLOW)
    caso.propios = e13_codigo_en_git.PROPIOS
    dicho = caso.sin_terminar("Your flow 'f' is being served and…", 9)
    assert ".deploy(…)" in dicho.consejo and "paréntesis" not in dicho.consejo
    error = "ValueError: Could not find work pool 'oficina'. Please create it before"
    consejo, pagina = errores.explicar(error, caso.propios)
    assert "es ranking" in consejo and ".serve" not in consejo
    assert existe(pagina) and pagina == dicho.pagina


HOOK = "def avisar({}): ...\n\n{}\ndef g(): ...\n{}"
BUENOS = "flow, flow_run, state"


@pytest.mark.parametrize(
    ("argumentos", "decorador", "final", "avisa"),
    [
        ("flujo, ejecucion, estado", "@flow(on_failure=[avisar])", "", True),
        ("flujo, ejecucion, estado", "@flow(on_crashed=(avisar,))", "", True),
        ("flow, run, state", "@flow", "@g.on_failure\ndef h(f, r, s): ...", True),
        ("x", "@flow(on_failure=[lambda f, r, s: None])", "", True),
        ("*datos", "@flow(on_failure=[avisar])", "", True),
        (BUENOS, "@flow(on_failure=[avisar], on_crashed=[avisar])", "", False),
        ("state, flow_run, flow", "@flow(on_failure=[avisar])", "", False),
        ("*, flow, **mas", "@flow(on_failure=[avisar])", "", False),
        ("t, r, s", "@task(on_failure=[avisar])", "", False),
        ("f, r, s", "@flow(log_prints=True)", "avisar(1, 2, 3)", False),
    ],
)
def test_un_hook_con_otros_argumentos_lleva_un_aviso(
    tmp_path: Path, argumentos: str, decorador: str, final: str, avisa: bool
) -> None:
    programa = HOOK.format(argumentos, decorador, final)
    avisos = diagnosticar(tmp_path, programa).avisos()
    assert len(avisos) == avisa
    assert all("por su nombre" in a.consejo and existe(a.pagina) for a in avisos)


@pytest.mark.parametrize(
    ("dentro", "lineas"),
    [
        ("t(date.today())", [13]),
        ("hoy = datetime.now(UTC)\n    t(1, dia=f'{hoy:%d}')", [14]),
        ("t(1)\n    print(date.today())", []),
        ("hoy = date.today()\n    t(version(1))", []),
    ],
)
def test_se_ve_que_una_task_recibe_la_hora(
    tmp_path: Path, dentro: str, lineas: list[int]
) -> None:
    programa = (
        FLOW.strip() + f"\n\n@task\ndef t(x): ...\n\n@flow\ndef g():\n    {dentro}\n"
    )
    fuente = diagnosticar(tmp_path, programa).fuente
    assert [llamada.lineno for llamada in fuente.con_la_hora()] == lineas


def test_un_nombre_que_se_lee_igual_no_es_el_mismo() -> None:
    falta = aparte.lo_que_falta
    assert falta(["a", "b"], []) == "faltan a y b"
    assert falta(["diario"], ["diaria"]) == "falta diario"
    for otro in ("cada hora", "Cada-Hora", "cada_hora", "cáda-hora"):
        dicho = f"falta cada-hora, que no es lo mismo que «{otro}»"
        assert falta(["diario", "cada-hora"], ["diario", otro]) == dicho


def test_lo_que_se_cita_cabe_en_una_linea_y_se_recorta() -> None:
    assert lengua.citar(" uno\n dos ") == "«uno dos»"
    largo = lengua.citar("palabra " * 100)
    assert largo.endswith("…»") and len(largo) < lengua.CABE + 4


@pytest.mark.parametrize(
    ("nombre", "contenido", "dicho"),
    [
        ("programa.py", FLOW.encode("utf-16"), "UTF-16"),
        ("programa.py", FLOW.encode("utf-16-le"), "UTF-16"),
        ("programa.py", FLOW.encode("utf-32"), "UTF-32"),
        ("programa.py", b"-" * 100_000 + b"1", "demasiados paréntesis"),
        ("programa.py", b"#" * 1_000_001, "no parece un programa"),
        ("programa.py.txt", FLOW.encode(), "Hay un «programa.py.txt»"),
        ("Programa (1).PY", FLOW.encode(), "Hay un «Programa (1).PY»"),
        ("programa", FLOW.encode(), "Hay un «programa»"),
        (".#programa.py", FLOW.encode(), "--empezar"),
    ],
)
def test_lo_que_se_ve_sin_ejecutar(
    tmp_path: Path, nombre: str, contenido: bytes, dicho: str
) -> None:
    (tmp_path / nombre).write_bytes(contenido)
    with pytest.raises(Tropiezo) as visto:
        revisar(tmp_path / "programa.py")
    assert dicho in f"{visto.value.que} {visto.value.consejo}"
    assert existe(visto.value.pagina or "index")


def test_lo_que_no_es_un_archivo_se_dice(tmp_path: Path) -> None:
    (tmp_path / "carpeta.py").mkdir()
    (tmp_path / "roto.py").symlink_to("no-existe")
    for nombre, dicho in (("carpeta.py", "una carpeta"), ("roto.py", "un enlace")):
        with pytest.raises(Tropiezo) as visto:
            revisar(tmp_path / nombre)
        assert dicho in visto.value.consejo


def test_al_vigilar_solo_cuenta_lo_que_usa_el_ejercicio(tmp_path: Path) -> None:
    ejercicio = buscar("1")
    programa = tmp_path / ejercicio.archivo
    programa.write_text(
        "import ayuda, reglas.precios\nfrom tienda import ciudades\nopen('datos.sql')\n"
        "open('mis datos/ventas.csv')\nopen('/etc/passwd')\nopen('../fuera.csv')\n"
        "open('otros')\n"
    )
    for carpeta in ("reglas", "tienda", "mis datos", "otros"):
        (tmp_path / carpeta).mkdir()
    (tmp_path / "ayuda.py").write_text("from mas_ayuda import x\n")
    (tmp_path / "reglas/precios.py").write_text("from . import iva\n")
    (tmp_path / "reglas/iva.py").write_text("from .fuente import tasa\n")
    nombres = usados(tmp_path, [ejercicio])
    antes = huella(tmp_path, nombres)
    for ajeno in (
        "otro.py",
        "4913",
        "reglas/notas.txt",
        "otros/a.csv",
        "tienda/productos.py",
    ):
        (tmp_path / ajeno).write_text("x = 1\n")
    (tmp_path / f".#{ejercicio.archivo}").symlink_to("ana@pc.1:1")
    assert not ha_cambiado(antes, huella(tmp_path, nombres))
    for suyo in (
        *("datos.sql", "mis datos/ventas.csv", "mas_ayuda.py", "ayuda.py"),
        *("reglas/fuente.py", "reglas/iva.py", "reglas/__init__.py"),
        *("tienda/ciudades.py", "tienda.py", ejercicio.archivo),
    ):
        (tmp_path / suyo).write_text("# otra cosa, más larga que lo que había antes\n")
        assert ha_cambiado(antes, huella(tmp_path, nombres)), suyo
        antes = huella(tmp_path, nombres)
    programa.unlink()
    assert ha_cambiado(antes, huella(tmp_path, nombres))
    assert not any(huella(tmp_path / "ya-no-esta", nombres).values())
    assert not {"/etc/passwd", "../fuera.csv"} & nombres
