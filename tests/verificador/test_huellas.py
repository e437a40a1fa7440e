"""`--solo-cambiadas` no repite la página que sigue como cuando pasó; y ninguna otra se libra."""

import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from motor.rutas import RAIZ, README
from verificador import casa, huellas, plugin
from verificador.huellas import de_todas, huella
from verificador.memoria import Registro, exigir_corriente
from verificador.pagina import Pagina, leer_pagina
from verificador.repaso import Repaso

SIN_NADA = "---\nverificacion: {servidor: apagado, instalada: false}\n---\n\n"
MENU = ("index.md", "cambia.md", "cita.md", "rota.md")
CITADA = "test_solo_se_repite_lo_que_ha_cambiado_o_ha_fallado"
HAY_QUE_REPETIRLA = [
    "docs/una.md",
    "snippets/una/una.py",
    "snippets/ejercicios/1/comienzo.py",
    "data/ventas.csv",
    "data/nueva/otra.csv",
    "motor/base.py",
    "calificador/catalogo.toml",
    "verificador/repaso.py",
    "requirements.txt",
    "pyproject.toml",
    "conftest.py",
    "mkdocs.yml",
    "pytest.ini",
    "carpeta_nueva/codigo.py",
]
SIGUE_IGUAL = [
    "docs/otra.md",
    "snippets/otra/otra.py",
    "tests/test_una.py",
    "verificador/__pycache__/repaso.pyc",
    "data/output/ventas.parquet",
    ".pytest_cache/algo",
    ".hypothesis/ejemplos",
]


@pytest.fixture
def proyecto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Un proyecto mínimo, con algo en todas las carpetas que puede leer una página."""
    for nombre in {*HAY_QUE_REPETIRLA, *SIGUE_IGUAL} - {
        "data/nueva/otra.csv",
        "pytest.ini",
        "carpeta_nueva/codigo.py",
    }:
        cambiar(tmp_path / nombre)
    monkeypatch.setattr(huellas, "RAIZ", tmp_path)
    monkeypatch.setattr(huellas, "README", tmp_path / "README.md")
    return tmp_path


def cambiar(archivo: Path, linea: str = "una línea más") -> None:
    """Añade una línea a un archivo; si no está, lo crea."""
    archivo.parent.mkdir(parents=True, exist_ok=True)
    with archivo.open("a") as abierto:
        abierto.write(f"{linea}\n")


def una_pagina(raiz: Path, ruta: str = "docs/una.md") -> Pagina:
    """Una página que incluye un programa."""
    leida = leer_pagina(README)
    return replace(leida, ruta=raiz / ruta, incluidos={raiz / "snippets/una/una.py"})


@pytest.mark.parametrize("cambia", HAY_QUE_REPETIRLA)
def test_si_cambia_algo_que_lee_una_pagina_cambia_su_huella(
    proyecto: Path, cambia: str
) -> None:
    pagina = una_pagina(proyecto)
    antes = huella(pagina, de_todas())
    assert huella(pagina, de_todas()) == antes
    cambiar(proyecto / cambia)
    despues = huella(pagina, de_todas())
    assert despues != antes
    (proyecto / cambia).unlink()
    assert huella(pagina, de_todas()) != despues


@pytest.mark.parametrize("cambia", SIGUE_IGUAL)
def test_lo_que_una_pagina_no_ejecuta_no_cambia_su_huella(
    proyecto: Path, cambia: str
) -> None:
    pagina = una_pagina(proyecto)
    antes = huella(pagina, de_todas())
    cambiar(proyecto / cambia)
    assert huella(pagina, de_todas()) == antes


def test_la_huella_mira_tambien_que_un_archivo_se_pueda_ejecutar(
    proyecto: Path,
) -> None:
    pagina = una_pagina(proyecto)
    antes = huella(pagina, de_todas())
    (proyecto / "motor/base.py").chmod(0o755)
    assert huella(pagina, de_todas()) != antes


def test_lo_que_deja_un_editor_no_estorba(proyecto: Path) -> None:
    pagina = una_pagina(proyecto)
    (proyecto / "motor" / ".#base.py").symlink_to("quien@equipo.1234")
    os.mkfifo(proyecto / "motor" / "tuberia")
    assert huella(pagina, de_todas()) == huella(pagina, de_todas())


@pytest.mark.parametrize("cambia", [*SIGUE_IGUAL[:3], "Makefile", "overrides/a.html"])
def test_el_readme_depende_de_todo(proyecto: Path, cambia: str) -> None:
    pagina = una_pagina(proyecto, "README.md")
    antes = huella(pagina, de_todas())
    cambiar(proyecto / cambia)
    assert huella(pagina, de_todas()) != antes


def test_la_huella_depende_de_los_paquetes_y_de_los_ajustes_del_lector(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sys.version.split()[0] in huellas.entorno()
    for paquete in ("prefect", "pandas", "pytest"):
        assert f'"{paquete}=={version(paquete)}"' in huellas.entorno()
    antes = de_todas()
    monkeypatch.setattr(casa, "ordenes_de_ajustes", lambda: ["prefect config set A=1"])
    assert de_todas() != antes


def test_una_pagina_a_medias_no_cuenta_como_pasada(
    pytestconfig: pytest.Config, leer: Callable[[str], Pagina]
) -> None:
    omitido = '<!--pytest.mark.skip(reason="no se puede")-->\n\n```bash\nfalse\n```\n\n'
    pagina = leer(f"{omitido}```bash\ntrue\n```\n\n```bash\ntrue\n```\n")
    repaso = Repaso(pagina, pytestconfig.stash[plugin.TALLER])
    _, primero, segundo = pagina.bloques
    assert not repaso.completo
    repaso.ejecutados.append(segundo)
    assert not repaso.completo
    repaso.ejecutados.append(primero)
    assert repaso.completo


def test_ningun_archivo_que_se_copia_al_lector_queda_fuera(tmp_path: Path) -> None:
    casa.preparar_proyecto(tmp_path / "copia", entero=False)
    copiados = {
        RAIZ / archivo.relative_to(tmp_path / "copia")
        for archivo in (tmp_path / "copia").rglob("*")
        if archivo.is_file()
    }
    assert copiados and copiados <= huellas.lo_comun()


def test_el_registro_olvida_las_paginas_que_ya_no_estan(tmp_path: Path) -> None:
    registro = Registro(tmp_path / "huellas")
    for pagina in ("docs/index.md", "docs/nunca/estuvo.md"):
        registro.apuntar(pagina, "abc")
        assert registro.leer(pagina) == "abc"
    registro.podar()
    assert registro.leer("docs/index.md") == "abc"
    assert not registro.leer("docs/nunca/estuvo.md")
    registro.borrar("docs/index.md")
    assert not registro.leer("docs/index.md")


@pytest.fixture(scope="module")
def guia(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Una copia del proyecto con una página que cita una prueba, otra que falla y otra que se
    cambia a sí misma mientras se ejecuta."""
    raiz = tmp_path_factory.mktemp("guia") / "copia"
    casa.preparar_proyecto(raiz, entero=True)
    for pagina in (raiz / "docs").rglob("*.md"):
        pagina.unlink()
    heredada = f"INHERIT: {RAIZ / 'mkdocs.yml'}\nnav: [{', '.join(MENU)}]\n"
    (raiz / "mkdocs.yml").write_text(heredada, "utf-8")
    (raiz / "docs" / "index.md").write_text("# Inicio\n", "utf-8")
    escribir(raiz, "cita.md", "true", f"Se repite lo justo [✓][{CITADA}].")
    escribir(raiz, "rota.md", "false")
    escribir(raiz, "cambia.md", f"echo >> {raiz}/docs/cambia.md")
    return raiz


def escribir(raiz: Path, nombre: str, orden: str, frase: str = "") -> None:
    """Una página que, al ejecutarse, lo apunta fuera y luego hace algo."""
    hecho = f"```bash\necho {nombre} >> {raiz}/../veces\n{orden}\n```\n"
    texto = f"{SIN_NADA}# Una\n\n{frase}\n\n{hecho}"
    (raiz / "docs" / nombre).write_text(texto, "utf-8")


def pasar(raiz: Path, *opciones: str, **variables: str) -> tuple[int, str, list[str]]:
    """Una sesión de pytest en otra raíz: su código, lo que dice y las páginas ejecutadas."""
    veces = raiz.parent / "veces"
    veces.write_text("")
    sin_ci = {n: v for n, v in os.environ.items() if n != "CI"}
    resultado = subprocess.run(
        [sys.executable, "-m", "pytest", "docs", *opciones],
        cwd=raiz,
        env={**sin_ci, **variables},
        capture_output=True,
        text=True,
    )
    dicho = resultado.stdout + resultado.stderr
    return resultado.returncode, dicho, sorted(veces.read_text().split())


def apuntadas(raiz: Path) -> list[str]:
    carpeta = raiz / ".pytest_cache" / "d" / "guia-prefect" / "huellas"
    return sorted(archivo.name for archivo in carpeta.iterdir())


def test_solo_se_repite_lo_que_ha_cambiado_o_ha_fallado(guia: Path) -> None:
    codigo, dicho, ejecutadas = pasar(guia)
    assert codigo == 1 and ejecutadas == ["cambia.md", "cita.md", "rota.md"], dicho
    assert "docs/cambia.md .." in dicho and "no se repiten" not in dicho
    assert apuntadas(guia) == ["docs%2Fcita.md"], dicho

    escribir(guia, "rota.md", "true")
    (guia / "tests" / "verificador" / Path(__file__).name).unlink()
    codigo, dicho, ejecutadas = pasar(guia, "--solo-cambiadas", "-n", "1")
    assert ejecutadas == ["cambia.md", "rota.md"], dicho
    assert "1 páginas sin cambios desde que pasaron: no se repiten" in dicho
    # Lo que su prosa cita se juzga siempre, aunque no haya nada que ejecutar de nuevo.
    assert codigo == 1 and f"no existe la prueba «{CITADA}»" in dicho
    assert apuntadas(guia) == ["docs%2Frota.md"], dicho


def test_la_integracion_continua_lo_ejecuta_todo(guia: Path) -> None:
    codigo, dicho, ejecutadas = pasar(guia, "--solo-cambiadas", CI="true")
    assert codigo == pytest.ExitCode.USAGE_ERROR and not ejecutadas, dicho
    assert "con CI=true" in dicho and "Qué hacer: quita la opción" in dicho


@pytest.mark.parametrize("otra", ["actualizar_salidas", "en_frio", "prefect_api_url"])
def test_otra_manera_de_ejecutar_no_se_combina(
    monkeypatch: pytest.MonkeyPatch, otra: str
) -> None:
    monkeypatch.delenv("CI", raising=False)
    opciones = dict.fromkeys(("actualizar_salidas", "en_frio", "prefect_api_url"))
    exigir_corriente(Namespace(**opciones))
    with pytest.raises(pytest.UsageError, match="no se combina"):
        exigir_corriente(Namespace(**opciones | {otra: "sí"}))
