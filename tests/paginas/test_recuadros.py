"""Los recuadros: cada uno con un solo significado, el que da la tabla del README."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from motor.rutas import RAIZ
from verificador.pagina import README, Pagina, leer_pagina, paginas

ESCRITO = re.compile(r'^( *)(!!!|\?\?\?)(\+?) ([\w -]+?)(?: "(.*)")? *$')
DECLARADO = re.compile(r'`(!!!|\?\?\?) (\w+) "([^`]*)"`')
CSS = RAIZ / "docs" / "assets" / "css" / "guia.css"


@dataclass(frozen=True)
class Recuadro:
    """Uno que una página escribe, con lo que lleva dentro y el título que tiene encima."""

    lugar: str
    forma: str
    tipo: str
    titulo: str
    dentro: str
    seccion: str
    antes: str


def declarados() -> list[tuple[str, str, re.Pattern[str]]]:
    """La forma, el tipo y los títulos de cada recuadro de la tabla del README."""
    tabla = README.read_text("utf-8").partition("| Recuadro |")[2].partition("\n\n")[0]
    return [
        (forma, tipo, re.compile(re.escape(titulo).replace("…", ".+")))
        for forma, tipo, titulo in DECLARADO.findall(tabla)
    ]


def de_una_pagina(pagina: Pagina) -> Iterator[Recuadro]:
    """Los recuadros de una página, también los que incluye, menos los de un bloque."""
    lineas = [texto for texto, _ in pagina.texto]
    seccion, vallada = "", False
    for numero, texto in enumerate(lineas):
        if texto.lstrip().startswith("```"):
            vallada = not vallada
        if not vallada and texto.startswith("#"):
            seccion = re.sub(r"^#+ | *\{.*\}$", "", texto)
        escrito = ESCRITO.match(texto)
        if vallada or not escrito:
            continue
        sangria, forma, abierto, tipo, titulo = escrito.groups()
        yield Recuadro(
            f"{pagina.ruta.relative_to(RAIZ)}: {texto.strip()}",
            forma + abierto,
            tipo,
            titulo or "",
            interior(lineas[numero + 1 :], len(sangria)),
            seccion,
            "\n".join(lineas[:numero]).partition(f"# {seccion}")[2],
        )


def interior(lineas: list[str], sangria: int) -> str:
    """Lo que va con más sangría que un recuadro."""
    dentro = []
    for linea in lineas:
        if linea.strip() and not linea.startswith(" " * (sangria + 4)):
            break
        dentro.append(linea)
    return "\n".join(dentro)


def recuadros() -> list[Recuadro]:
    return [r for ruta in paginas() for r in de_una_pagina(leer_pagina(ruta))]


@pytest.fixture(scope="module")
def todos() -> list[Recuadro]:
    return recuadros()


def mal_usado(recuadro: Recuadro) -> str:
    """En qué no cumple un recuadro lo que dice la tabla; vacío si la cumple."""
    if not any(
        (recuadro.forma, recuadro.tipo) == (forma, tipo)
        and titulo.fullmatch(recuadro.titulo)
        for forma, tipo, titulo in declarados()
    ):
        return "no está en la tabla del README"
    con_bloque = "```" in recuadro.dentro
    match recuadro.tipo:
        case "note" | "tip" if con_bloque:
            return "lleva un bloque: eso es un «example»"
        case "example" if not (
            con_bloque or re.search(r"^ +\|", recuadro.dentro, re.M)
        ):
            if "- «" not in recuadro.dentro and "- `" not in recuadro.dentro:
                return "no lleva nada largo que consultar: eso es un «note»"
        case "tip" if recuadro.seccion != "Pistas":
            return "no está entre las pistas de un ejercicio"
        case "success" if recuadro.titulo == "La respuesta":
            pregunta = "¿Qué saldrá?" in recuadro.antes or "¿" in recuadro.antes
            return "" if pregunta else "no hay pregunta que responder"
        case "success" if recuadro.seccion != "Solución":
            return "no está en la solución de un ejercicio"
    if recuadro.titulo.strip(" .").lower() == recuadro.seccion.strip(" .").lower():
        return "repite el título de su sección"
    return ""


def test_cada_recuadro_es_de_los_de_la_tabla_y_dice_lo_que_significa(
    todos: list[Recuadro],
) -> None:
    assert {r.tipo for r in todos} == {tipo for _, tipo, _ in declarados()}
    mal = [f"{r.lugar}: {queja}" for r in todos if (queja := mal_usado(r))]
    assert not mal, "\n".join(mal)


@pytest.mark.parametrize(
    ("escrito", "queja"),
    [
        ('!!! danger "Ojo"\n\n    Texto.', "no está en la tabla"),
        ('??? warning "Ojo"\n\n    Texto.', "no está en la tabla"),
        ('!!! mito "Va en paralelo"\n\n    No.', "no está en la tabla"),
        ('??? tip "Pista 1"\n\n    Texto.', "no está entre las pistas"),
        ('??? success "La respuesta"\n\n    La b.', "no hay pregunta"),
        ('??? success "El programa y por qué es así"\n\n    Así.', "la solución"),
        ('??? example "Un archivo"\n\n    Texto.', "eso es un «note»"),
        ('!!! note "Una sección"\n\n    Texto.', "repite el título"),
        ('!!! note "Mira"\n\n    ```text\n    a\n    ```', "eso es un «example»"),
        ("!!! note\n\n    Texto.", "no está en la tabla"),
    ],
)
def test_un_recuadro_mal_usado_se_nota(escrito: str, queja: str) -> None:
    texto = f"# Página\n\n## Una sección {{ #una }}\n\n{escrito}\n\nFuera.".split("\n")
    pagina = Pagina(RAIZ / "x.md", [(t, None) for t in texto], [], set(), None, {})
    (recuadro,) = de_una_pagina(pagina)
    assert queja in mal_usado(recuadro)


def test_cada_recuadro_tiene_su_color_y_no_hay_dos_iguales() -> None:
    tipos = {tipo for _, tipo, _ in declarados()}
    css = CSS.read_text("utf-8")
    con_color = dict(
        re.findall(r"details\)\.(\w+) \{\s*--guia-caja: var\((--[\w-]+)\)", css)
    )
    assert set(con_color) == tipos
    for tema in ("", "slate"):
        colores = [
            re.findall(rf"{variable}: (#\w+);", css)[1 if tema else 0]
            for variable in con_color.values()
        ]
        assert len(set(colores)) == len(tipos), colores


def test_la_web_no_publica_otros_recuadros(sitio: Path) -> None:
    tipos = {tipo for _, tipo, _ in declarados()}
    for archivo in sitio.rglob("*.html"):
        sopa = BeautifulSoup(archivo.read_text("utf-8"), "html.parser")
        for caja in sopa.select("article .admonition, article details"):
            clases = set(caja.get("class", [])) - {"admonition"}
            assert len(clases) == 1 and clases <= tipos, f"{archivo}: {clases}"
