"""El verificador falla cuando debe: cada manera de mentir tiene aquí su página rota."""

from collections.abc import Callable
from pathlib import Path

import pytest

from verificador import plugin
from verificador.pagina import leer_pagina
from verificador.repaso import BloqueRoto, Repaso

SIN_SERVIDOR = "---\nverificacion: {servidor: apagado}\n---\n\n"
FALLA = '<!--pytest.mark.falla("No existe")-->\n\n'
Repasar = Callable[[str], Repaso]


@pytest.fixture
def repasar(pytestconfig: pytest.Config, tmp_path: Path) -> Repasar:
    """Repasa de principio a fin una página escrita en la propia prueba."""

    def repasar_texto(texto: str) -> Repaso:
        ruta = tmp_path / "pagina.md"
        ruta.write_text(SIN_SERVIDOR + texto, "utf-8")
        repaso = Repaso(leer_pagina(ruta), pytestconfig.stash[plugin.TALLER])
        for bloque in repaso.pagina.bloques:
            repaso.ejecutar(bloque)
        return repaso

    return repasar_texto


@pytest.mark.parametrize(
    "valla",
    [
        "```python\n{}\n```",
        "```py\n{}\n```",
        '``` python hl_lines="1" linenums="1"\n{}\n```',
        "~~~ {{ .python .annotate }}\n{}\n~~~",
        '=== "Terminal"\n\n    ```python\n    {}\n    ```',
        '??? tip "Pista"\n\n    ````python\n    {}\n    ````',
        "> ```python\n> {}\n> ```",
    ],
)
def test_ninguna_valla_se_escapa(repasar: Repasar, valla: str) -> None:
    repasar(valla.format("assert 1 + 1 == 2"))
    with pytest.raises(BloqueRoto, match="AssertionError"):
        repasar(valla.format("assert 1 + 1 == 3"))


def test_el_programa_es_main_y_tiene_archivo(repasar: Repasar) -> None:
    repasar(
        "```python\nfrom pathlib import Path\n"
        "assert __name__ == '__main__' and Path(__file__).is_file()\n```"
    )


def test_el_error_dice_pagina_linea_y_remedio(repasar: Repasar) -> None:
    with pytest.raises(BloqueRoto) as error:
        repasar('```python title="roto.py"\n1 / 0\n```\n\n```bash\npython roto.py\n```')
    mensaje = str(error.value)
    assert "pagina.md:9: ha terminado con código 1" in mensaje
    assert "ZeroDivisionError" in mensaje
    assert "pagina.md:6; para repetirlo" in mensaje


def test_el_error_de_un_snippet_senala_su_linea(repasar: Repasar) -> None:
    with pytest.raises(BloqueRoto, match=r"snippets/inicio/index/hola\.py:\d+"):
        repasar(
            '```python title="hola.py"\n--8<-- "inicio/index/hola.py"\n```\n\n'
            "```bash\n"
            "sed -i 's/print(/prin(/' hola.py\npython hola.py\n```"
        )


@pytest.mark.parametrize(
    ("texto", "problema"),
    [
        ("```bash\nprefect deploy --no-existe\n```", "ha terminado con código"),
        ("```bash\nls no-existe\n```", "no-existe"),
        (f"{FALLA}```bash\necho No existe; true\n```", "debía fallar"),
        (f"{FALLA}```bash\npyhton etl.py\n```", r"\(código 127\), pero no con «No exi"),
        (f"{FALLA}```bash\npython etl.py\n```", r"\(código \d\), pero no con «No exi"),
        ("```text\nalgo\n```", "nadie ejecuta"),
        ("```pycon\n>>> 1\n```", "nadie ejecuta"),
        (
            "```bash\necho uno\n```\n\n<!--pytest-codeblocks:expected-output-->\n\n"
            "```text\ndos\n```",
            "la salida está escrita a mano",
        ),
        (
            '<!--pytest.mark.servicio("listo")-->\n\n```bash\necho nada\n```',
            "ha terminado sin imprimir 'listo'",
        ),
    ],
)
def test_un_bloque_roto_se_explica(repasar: Repasar, texto: str, problema: str) -> None:
    with pytest.raises(BloqueRoto, match=problema):
        repasar(texto)


SERVICIO = """
import os
from pathlib import Path
Path("pid").write_text(str(os.getpid()))
print("listo", flush=True)
while Path("pid").exists():
    pass
1 / 0
"""
CON_SERVICIO = (
    f'```python title="servicio.py"\n{SERVICIO}\n```\n\n'
    '<!--pytest.mark.servicio("listo")-->\n\n```bash\npython servicio.py\n```\n\n'
    "```bash\n{orden}\nsleep 1\n```\n"
)


def test_el_servicio_que_acaba_mal_se_nota_mientras_se_teclea_otra_orden(
    repasar: Repasar,
) -> None:
    with pytest.raises(BloqueRoto, match=r"«python servicio\.py» ha fallado"):
        repasar(CON_SERVICIO.format(orden="rm pid"))


def test_el_servicio_que_mata_la_pagina_no_es_un_fallo(repasar: Repasar) -> None:
    repasar(CON_SERVICIO.format(orden="kill -9 $(cat pid)"))


def test_una_orden_que_falla_como_dice_la_pagina(repasar: Repasar) -> None:
    repasar(f"{FALLA}```bash\necho No existe el archivo; false\n```")


VERSIONES = (
    '```python title="etl.py"\nimport no_existe\n```\n\n{entre}'
    '```python title="etl.py"\nprint(2)\n```\n\n```bash\npython etl.py\n```\n'
)


def test_cada_version_de_un_archivo_se_usa(repasar: Repasar) -> None:
    (problema,) = repasar(VERSIONES.format(entre="")).sin_usar()
    assert problema.donde.linea == 5
    assert "antes de que" in problema.que and "pagina.md:9 guarde" in problema.que
    leer = "```bash\npython -m py_compile etl.py\n```\n\n"
    assert not repasar(VERSIONES.format(entre=leer)).sin_usar()


@pytest.mark.parametrize(
    ("apertura", "usado"),
    [
        ("open('x.py')", True),
        ("open('x.py', 'r+')", True),
        ("os.open('x.py', os.O_RDONLY)", True),
        ("open('x.py', 'w')", False),
        ("open('x.py', 'w+')", False),
        ("open('x.py', 'ab')", False),
        ("open('x.py', 'a+')", False),
        ("os.open('x.py', os.O_WRONLY)", False),
        ("pathlib.Path('x.py').write_text('')", False),
        ("os.stat('x.py')", False),
    ],
)
def test_un_archivo_que_solo_se_escribe_no_se_usa(
    repasar: Repasar, apertura: str, usado: bool
) -> None:
    repaso = repasar(
        '```python title="x.py"\n1\n```\n\n'
        f'```python title="y.py"\nimport os, pathlib\n{apertura}\n```\n\n'
        "```bash\npython y.py\n```"
    )
    assert not repaso.sin_usar() if usado else len(repaso.sin_usar()) == 1


def test_de_un_bloque_sin_titulo_se_ejecuta_lo_publicado(repasar: Repasar) -> None:
    incluido = '```python\n--8<-- "inicio/index/hola.py:1:3"\nesto_no_existe()\n```'
    with pytest.raises(BloqueRoto, match="NameError: name 'esto_no_existe'"):
        repasar(incluido)


def test_un_archivo_que_nadie_usa_se_detecta(repasar: Repasar) -> None:
    repaso = repasar('```python title="suelto.py"\n1 / 0\n```\n\n```bash\nls\n```')
    (problema,) = repaso.sin_usar()
    assert "se guarda «suelto.py» pero ninguna orden lo usa" in problema.que


@pytest.mark.parametrize(("programa", "usado"), [("cat", True), ("otro", False)])
def test_de_un_programa_del_sistema_cuenta_el_archivo_que_se_le_da(
    pytestconfig: pytest.Config, tmp_path: Path, programa: str, usado: bool
) -> None:
    """Del que no es de Python no hay registro de lo que lee; si la página lo declara, vale."""
    ruta = tmp_path / "pagina.md"
    ruta.write_text(
        f"---\nverificacion: {{servidor: apagado, programas: [{programa}]}}\n---\n\n"
        '```yaml title="a.yaml"\na: 1\n```\n\n```bash\ncat a.yaml\n```\n',
        "utf-8",
    )
    repaso = Repaso(leer_pagina(ruta), pytestconfig.stash[plugin.TALLER])
    for bloque in repaso.pagina.bloques:
        repaso.ejecutar(bloque)
    repaso.cerrar()
    assert bool(repaso.sin_usar()) is not usado


def test_la_terminal_recuerda_carpeta_y_entorno(repasar: Repasar) -> None:
    repasar(
        "```bash\ncd ..\nexport X=1\n```\n\n```bash\ntest $X -eq 1\nls prefect\n```"
    )
