"""Lo que GitHub ejecuta y enseña: bien escrito, sin permisos de más y con lo que nombra."""

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from motor.rutas import RAIZ
from verificador.ordenes import portada
from verificador.prosa import lengua, ortografia
from verificador.terminal import Terminal

GITHUB = RAIZ / ".github"
FLUJOS = sorted((GITHUB / "workflows").glob("*.yml"))
PLANTILLAS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))
CONTRIBUIR = RAIZ / "CONTRIBUTING.md"
CON_ORDENES = [*FLUJOS, CONTRIBUIR, RAIZ / ".devcontainer" / "devcontainer.json"]
# Lo que un texto nombra y no está en el repositorio: lo escribe quien contribuye, o una orden.
POR_CREAR = (
    *("contar-filas", "contar_filas", "21-", "e21_", ".venv/", "05_pipelines", "../"),
    *("comienzo/", "bien/", "mal/"),  # se dice dentro de qué carpeta
)
FIJADA = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@cache
def flujo(ruta: Path) -> dict:
    return yaml.safe_load(ruta.read_text("utf-8"))


def revisar(programa: str, *orden: str) -> None:
    """Pasa un revisor por los archivos de GitHub."""
    ruta = Path(sys.executable).with_name(programa)
    dicho = subprocess.run([ruta, *orden], cwd=RAIZ, capture_output=True, text=True)
    assert dicho.returncode == 0, dicho.stdout + dicho.stderr


@pytest.mark.parametrize(
    ("esquema", "archivos"),
    [
        ("vendor.github-workflows", FLUJOS),
        ("custom.github-workflows-require-timeout", FLUJOS),
        ("vendor.dependabot", [GITHUB / "dependabot.yml"]),
        ("vendor.github-issue-forms", PLANTILLAS),
        ("vendor.github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
    ],
)
def test_cada_archivo_cumple_su_esquema(esquema: str, archivos: list[Path]) -> None:
    revisar("check-jsonschema", "--builtin-schema", esquema, *map(str, archivos))


def test_los_flujos_de_trabajo_no_abren_ninguna_puerta() -> None:
    revisar("zizmor", "--offline", "--no-progress", str(GITHUB))


@pytest.mark.parametrize("ruta", FLUJOS, ids=lambda ruta: ruta.name)
def test_cada_accion_esta_fijada_y_dice_su_version(ruta: Path) -> None:
    usos = re.findall(r"uses: (.+)", ruta.read_text("utf-8"))
    assert usos
    assert not [uso for uso in usos if not FIJADA.fullmatch(uso)]


def test_la_misma_accion_lleva_siempre_la_misma_version() -> None:
    textos = "".join(ruta.read_text("utf-8") for ruta in FLUJOS)
    usos = set(re.findall(r"uses: (.+)", textos))
    assert len(usos) == len({uso.partition("@")[0] for uso in usos})


@pytest.mark.parametrize("ruta", FLUJOS, ids=lambda ruta: ruta.name)
def test_nadie_tiene_mas_permisos_de_los_que_pide(ruta: Path) -> None:
    assert flujo(ruta)["permissions"] == {}
    assert "concurrency" in flujo(ruta)
    for trabajo in flujo(ruta)["jobs"].values():
        puede = {
            que for que, cuanto in trabajo["permissions"].items() if cuanto == "write"
        }
        instala = {"container", "outputs"} & trabajo.keys()
        # Quien ejecuta lo que se acaba de instalar no puede escribir en ningún sitio.
        assert not (puede and instala)
        assert puede <= {"pages", "id-token"} or puede == {"issues"}


@pytest.mark.parametrize("ruta", FLUJOS, ids=lambda ruta: ruta.name)
def test_ningun_clon_se_queda_con_la_credencial(ruta: Path) -> None:
    pasos = [paso for t in flujo(ruta)["jobs"].values() for paso in t["steps"]]
    clones = [p for p in pasos if p.get("uses", "").startswith("actions/checkout@")]
    assert clones
    assert all(clon["with"] == {"persist-credentials": False} for clon in clones)


def test_solo_se_publica_lo_que_ha_pasado_las_pruebas() -> None:
    trabajos = flujo(GITHUB / "workflows" / "pruebas.yml")["jobs"]
    assert {"run": ".ci/run"} in trabajos["pruebas"]["steps"]
    assert trabajos["construir"]["needs"] == "pruebas"
    assert "refs/heads/main" in trabajos["construir"]["if"]
    assert trabajos["publicar"]["needs"] == "construir"
    publica = next(
        p for p in trabajos["construir"]["steps"] if "GUIA_URL" in p.get("env", {})
    )
    assert publica["run"] == "make publicar"
    assert publica["env"]["GUIA_URL"] == "${{ steps.pages.outputs.base_url }}/"


def test_cada_trabajo_semanal_que_falla_se_cuenta() -> None:
    trabajos = flujo(GITHUB / "workflows" / "semanal.yml")["jobs"]
    avisar = trabajos.pop("avisar")
    assert {*avisar["needs"]} == {*trabajos}
    condiciones = {paso.get("if") for paso in avisar["steps"]} - {None}
    assert condiciones == {f"needs.{t}.result != 'success'" for t in trabajos}


def objetivos() -> set[str]:
    """Lo que se le puede pedir a make."""
    texto = (RAIZ / "Makefile").read_text("utf-8")
    return {*re.findall(r"^([a-z-]+):", texto, re.MULTILINE), ".venv/figuras"}


@pytest.mark.parametrize("archivo", CON_ORDENES, ids=lambda ruta: ruta.name)
def test_las_ordenes_que_nombra_existen(archivo: Path) -> None:
    texto = archivo.read_text("utf-8")
    pedidas = set(re.findall(r"\bmake ([a-z./-]+)", texto))
    assert not pedidas - objetivos()
    guiones = re.findall(r"(?<!\w)\.ci/[a-z]+", texto)
    assert pedidas or guiones
    assert not [g for g in guiones if not os.access(RAIZ / g, os.X_OK)]


def test_los_archivos_que_nombra_contributing_existen() -> None:
    texto = CONTRIBUIR.read_text("utf-8")
    nombrados = set(re.findall(r"(?<![\w/.])(?:[\w.-]+/)+[\w.-]*", texto))
    nombrados |= set(re.findall(r"`([\w-]+\.(?:toml|yml|md))`", texto))
    deben = [n for n in nombrados if not any(p in n for p in POR_CREAR)]
    assert len(deben) >= 10
    assert not [n for n in deben if not (RAIZ / n).exists()]


@pytest.mark.parametrize(
    "modulo", re.findall(r"python -m ([\w.]+)", CONTRIBUIR.read_text())
)
def test_los_modulos_que_ejecuta_contributing_existen(modulo: str) -> None:
    ruta = RAIZ / modulo.replace(".", "/")
    assert ruta.with_suffix(".py").exists() or (ruta / "__main__.py").exists()


def ejemplos() -> dict[str, str]:
    """Los archivos que CONTRIBUTING.md manda escribir, por su ruta."""
    bloque = r'^(`{3,})\w+ title="([^"]+)"\n(.*?)^\1$'
    hallados = re.findall(
        bloque, CONTRIBUIR.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return {ruta: texto for _, ruta, texto in hallados}


def test_el_ejemplo_de_contributing_hace_lo_que_dice(terminal: Terminal) -> None:
    (ruta, programa), (_, pagina) = ejemplos().items()
    assert f'--8<-- "{ruta.removeprefix("snippets/")}"' in pagina
    archivo = terminal.carpeta / Path(ruta).name
    archivo.write_text(programa, "utf-8")
    dicho = terminal.ejecutar(f"python {archivo.name}").salida
    (filas,) = re.findall(r"\[(\d+)\]\[contar_filas\.txt: Filas: #\]", pagina)
    assert f"Filas: {filas}\n" in dicho


@pytest.mark.figuras
def test_la_foto_del_readme_se_puede_hacer_y_pesa_poco(sitio: Path) -> None:
    """Enseña lo que dice su texto; si no, «make portada» la hace de nuevo."""
    portada.revisar(sitio)
    readme = (RAIZ / "README.md").read_text("utf-8")
    foto = portada.FOTO.relative_to(RAIZ).as_posix()
    assert f"![{portada.PORTADA.alt}]({foto})" in readme
    assert portada.FOTO.stat().st_size < 100_000


def textos(archivo: Path) -> str:
    """Lo que se lee de un archivo: de una plantilla, sus valores."""
    if archivo.suffix == ".md":
        return archivo.read_text("utf-8")
    return "\n".join(cadenas(yaml.safe_load(archivo.read_text("utf-8"))["body"]))


def cadenas(dato: object) -> list[str]:
    if isinstance(dato, dict):
        return [
            c
            for k, v in dato.items()
            if k not in ("type", "id", "render")
            for c in cadenas(v)
        ]
    if isinstance(dato, list):
        return [cadena for valor in dato for cadena in cadenas(valor)]
    return [dato] if isinstance(dato, str) else []


@pytest.mark.parametrize(
    "archivo",
    [CONTRIBUIR, *PLANTILLAS, GITHUB / "pull_request_template.md"],
    ids=lambda ruta: ruta.name,
)
def test_hablan_como_la_guia(archivo: Path) -> None:
    texto = textos(archivo)
    assert not [*lengua.faltas(ortografia.solo_prosa(texto), con_signos=False)]
    permitidas = {
        *ortografia.de_la_casa("siempre"),
        *ortografia.de_la_casa("programas"),
    }
    faltas = [palabra for palabra, _ in ortografia.desconocidas(texto)]
    assert not [p for p in faltas if not permitidas & {*ortografia.formas(p)}]


def test_el_contenedor_es_el_de_las_pruebas() -> None:
    """El mismo Debian y el mismo Python que en la integración continua."""
    contenedor = json.loads(
        (RAIZ / ".devcontainer" / "devcontainer.json").read_text("utf-8")
    )
    pruebas = flujo(GITHUB / "workflows" / "pruebas.yml")["jobs"]["pruebas"]
    assert contenedor["image"].endswith(f"/{pruebas['container']['image']}")


# Los guiones de .ci/, con programas de mentira que apuntan lo que se les pide.


@pytest.fixture
def banco(tmp_path: Path) -> Path:
    """Una carpeta con lo justo de un sistema para ejecutar un guion."""
    for programa in ("bash", "cat", "tail", "iconv"):
        (tmp_path / programa).symlink_to(shutil.which(programa))
    return tmp_path


def fingir(banco: Path, programa: str, cuerpo: str = "") -> None:
    """Un programa que apunta con qué lo llaman, y algo más."""
    archivo = banco / programa
    archivo.write_text(
        f'#!/usr/bin/env bash\necho "{programa} $*" >>"$APUNTES"\n{cuerpo}\n'
    )
    archivo.chmod(0o755)


def guion(
    banco: Path, *orden: str, entrada: str = "", **entorno: str
) -> tuple[int, str, str]:
    """Ejecuta un guion de .ci/: cómo acaba, lo que dice y lo que apuntan los demás."""
    apuntes = banco / "apuntes"
    apuntes.write_text("")
    dicho = subprocess.run(
        ["bash", str(RAIZ / ".ci" / orden[0]), *orden[1:]],
        env={"PATH": str(banco), "APUNTES": str(apuntes), **entorno},
        input=entrada,
        capture_output=True,
        text=True,
    )
    return dicho.returncode, dicho.stdout + dicho.stderr, apuntes.read_text()


@pytest.mark.parametrize(("uid", "con"), [("0", ""), ("1000", "sudo ")])
def test_instala_lo_que_falta_y_nada_mas(banco: Path, uid: str, con: str) -> None:
    fingir(banco, "id", f"echo {uid}")
    fingir(banco, "sudo", '"$@"')
    fingir(banco, "apt-get")
    fingir(banco, "make")
    codigo, _, apuntes = guion(banco, "instalar", "make", "dot")
    assert codigo == 0
    paquetes = re.findall(
        r"^apt-get install .*-recommends (.+)$", apuntes, re.MULTILINE
    )
    assert paquetes == ["graphviz"]
    assert bool(con) == ("sudo apt-get install" in apuntes)


def test_si_no_falta_nada_ni_pregunta(banco: Path) -> None:
    fingir(banco, "make")
    assert guion(banco, "instalar", "make") == (0, "", "")


@pytest.mark.parametrize("hay", [[], ["apt-get"], ["apt-get", "sudo"]], ids=str)
def test_si_no_se_puede_instalar_dice_que(banco: Path, hay: list[str]) -> None:
    fingir(banco, "id", "echo 1000")
    for programa in hay:
        fingir(banco, programa, "exit 1")
    codigo, dicho, _ = guion(banco, "instalar", "dot", "caddy")
    assert codigo == 1
    assert "sudo apt-get install graphviz caddy" in dicho


@pytest.mark.parametrize(("abierto", "hace"), [("", "create"), ("7", "comment 7")])
def test_un_fallo_se_cuenta_una_vez(banco: Path, abierto: str, hace: str) -> None:
    fingir(banco, "gh", f'[ "$2" != list ] || echo {abierto}')
    entorno = {"EJECUCION": "https://sitio/1", "INFORME": "se ha roto `esto` $(y esto)"}
    codigo, _, apuntes = guion(banco, "avisar", "Se ha roto", **entorno)
    assert codigo == 0
    assert f"gh issue {hace}" in apuntes
    assert "--app github-actions" in apuntes
    assert entorno["EJECUCION"] in apuntes
    assert entorno["INFORME"] in apuntes


def test_el_resumen_es_el_final_y_nadie_lo_corta(banco: Path) -> None:
    destino = banco / "salida"
    entrada = "ñ" * 15_000 + "\nFIN\ntexto<<FIN\nlo último"
    codigo, _, _ = guion(
        banco, "resumir", "texto", entrada=entrada, GITHUB_OUTPUT=str(destino)
    )
    assert codigo == 0
    primera, *medio, marca = destino.read_text("utf-8").splitlines()
    assert primera == f"texto<<{marca}"
    assert marca not in medio
    assert medio[-1] == "lo último"
    assert len("\n".join(medio).encode()) <= 20_001
