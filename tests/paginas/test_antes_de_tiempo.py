"""Nada sale en una página antes de explicarse, ni se llama igual que otra cosa."""

import re
from pathlib import Path

import pytest
from menu import PAGINAS, programas, titulo

from motor.rutas import DOCS
from verificador.pagina import leer_pagina
from verificador.vallas import Valla

SECCION = re.compile(r"^(?=## )", re.MULTILINE)
# Lo que se escribe en un programa o se lee en una salida, y la página que lo explica.
SE_EXPLICA = {
    "return_state": "tutorial/estados-y-resultados.md",
    "persist_result": "tutorial/estados-y-resultados.md",
    "Cached": "tutorial/cache.md",
    "cache_policy": "tutorial/cache.md",
    "allow_failure": "tutorial/reintentos.md",
    "async def": "tutorial/combinar-tasks.md",
    "05_pipelines": "tutorial/tus-archivos.md",
    ".serve(": "tutorial/programacion.md",
    ".submit(": "tutorial/dependencias.md",
    ".map(": "tutorial/combinar-tasks.md",
}


def enlaces(pagina: Path, texto: str) -> set[Path]:
    """Las páginas a las que lleva un texto."""
    rutas = re.findall(r"\]\(([^)#\s]+\.md)", texto)
    return {(pagina.parent / ruta).resolve() for ruta in rutas}


def sin_explicar(pagina: Path, texto: str, vallas: list[Valla]) -> set[str]:
    """Lo que sale antes de su página en los programas y las salidas, sin decir qué es.

    Se explica enlazando, en la misma página, con la que lo cuenta.

    Args:
        pagina: su archivo, del que parten sus enlaces.
        texto: lo que está escrito en él.
        vallas: sus programas y sus salidas.
    """
    dicho = enlaces(pagina, texto)
    despues = PAGINAS[PAGINAS.index(pagina) + 1 :]
    return {
        palabra
        for palabra, donde in SE_EXPLICA.items()
        if DOCS / donde in despues
        and DOCS / donde not in dicho
        and any(palabra in valla.codigo for valla in vallas)
    }


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda ruta: ruta.stem)
def test_lo_que_sale_antes_de_explicarse_enlaza_con_su_pagina(pagina: Path) -> None:
    vallas = [valla for _, valla in leer_pagina(pagina).vallas]
    assert not sin_explicar(pagina, pagina.read_text("utf-8"), vallas)


def test_se_nota_lo_que_sale_antes_de_tiempo() -> None:
    pagina = DOCS / "tutorial" / "dependencias.md"
    vallas = [valla for _, valla in leer_pagina(pagina).vallas]
    assert sin_explicar(pagina, "", vallas) >= {"return_state"}
    assert not sin_explicar(pagina, "[así](estados-y-resultados.md#a)", vallas)


@pytest.mark.parametrize("donde", sorted(set(SE_EXPLICA.values())))
def test_las_paginas_que_explican_existen(donde: str) -> None:
    assert DOCS / donde in PAGINAS


def test_ninguna_seccion_se_llama_como_otra_pagina() -> None:
    textos = {pagina: pagina.read_text("utf-8") for pagina in PAGINAS}
    titulos = {titulo(pagina): pagina for pagina in PAGINAS}
    assert len(titulos) == len(PAGINAS)
    for pagina, texto in textos.items():
        if pagina.parent.name == "referencia":
            continue  # el glosario y las fuentes llaman a cada entrada como lo que explica
        for seccion in re.findall(r"^##+ (.+?)(?: \{ #.*)?$", texto, re.MULTILINE):
            assert titulos.get(seccion, pagina) == pagina, f"{pagina.name}: {seccion}"


def test_antes_de_tener_carpeta_se_dice_donde_se_guarda_o_que_solo_se_lee() -> None:
    """Hasta «Tus archivos» no hay una carpeta que se dé por sabida."""
    tus_archivos = PAGINAS.index(DOCS / "tutorial" / "tus-archivos.md")
    antes = [pagina for pagina in PAGINAS[:tus_archivos] if programas(pagina)]
    assert {pagina.stem for pagina in antes} == {"index", "que-es-prefect"}
    for pagina in antes:
        comienzo, *_ = pagina.read_text("utf-8").partition('```python title="')
        assert re.search(r"en la carpeta|solo para leer", comienzo)


def test_pytest_se_llama_de_una_sola_forma() -> None:
    ordenes = [
        linea
        for pagina in PAGINAS
        for texto in [pagina.read_text("utf-8")]
        for trozo in (
            *re.findall(r"^```bash\n(.*?)^```", texto, re.M | re.S),
            *re.findall(r"`([^`\n]+)`", texto),
        )
        for linea in trozo.splitlines()
        if re.search(r"(?:^|\s)pytest -", linea)
    ]
    assert len(ordenes) > 6
    assert all(orden.startswith("python -m pytest ") for orden in ordenes)
