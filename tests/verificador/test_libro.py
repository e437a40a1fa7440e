"""El libro mayor de toda la guía: nada se escapa y casi nada es solo ilustrativo."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from mkdocs.config import load_config

from calificador.ejercicios import leer_catalogo
from motor.rutas import RAIZ, SNIPPETS
from verificador import album, fichas, libro
from verificador.figuras.clases import clase_de
from verificador.origen import relativa
from verificador.pagina import PORTADA, Pagina, sin_verificar

MAXIMO_ILUSTRATIVO = 0.05


@pytest.fixture(scope="module")
def leidas() -> list[Pagina]:
    return libro.leer_todas()


def test_todo_archivo_de_snippets_sale_en_alguna_pagina(leidas: list[Pagina]) -> None:
    sueltos = sorted(str(relativa(f)) for f in libro.huerfanos(leidas))
    assert not sueltos, f"ninguna página incluye {sueltos}: inclúyelos o bórralos"


def flows_de(programa: Path) -> Iterator[str]:
    """Los nombres de los flows de un programa."""
    for nodo in ast.walk(ast.parse(programa.read_text("utf-8"))):
        decoradores = [ast.unparse(d) for d in getattr(nodo, "decorator_list", [])]
        if any(re.match(r"flow\b", decorador) for decorador in decoradores):
            yield nodo.name


def test_dos_paginas_no_llaman_igual_a_dos_flows() -> None:
    paginas = defaultdict(set)
    for programa in SNIPPETS.rglob("*.py"):
        seccion, pagina, *_ = programa.relative_to(SNIPPETS).parts
        # En el índice de los ejercicios, otra respuesta a uno de ellos.
        pagina = programa.stem if pagina == "index" else pagina
        for flow in flows_de(programa):
            paginas[flow].add(f"{seccion}/{pagina}")
    assert len(paginas) > 40
    assert not {flow: donde for flow, donde in paginas.items() if len(donde) > 1}


def test_nada_se_publica_sin_leerse() -> None:
    sueltos = [str(relativa(archivo)) for archivo in sin_verificar()]
    assert not sueltos, (
        f"MkDocs publica {sueltos} y nadie los ejecuta: hazlos páginas .md o llévalos a "
        "docs/assets/ si son estilos, imágenes o licencias"
    )


def test_toda_imagen_del_album_es_de_una_captura() -> None:
    sueltas = sorted(str(relativa(imagen)) for imagen in album.huerfanas())
    assert not sueltas, f"ninguna captura usa {sueltas}: bórralas"


def test_las_pistas_y_el_indice_son_los_del_catalogo() -> None:
    for ruta, texto in fichas.generadas().items():
        assert ruta.read_text("utf-8") == texto, f"{ruta.name}: «make salidas»"


def test_el_menu_enumera_los_ejercicios_del_catalogo() -> None:
    menu = load_config(str(RAIZ / "mkdocs.yml")).nav
    (ejercicios,) = [parte["Ejercicios"] for parte in menu if "Ejercicios" in parte]
    assert ejercicios[1:] == [
        {f"{e.numero} · {e.titulo}": f"ejercicios/{e.nombre}.md"}
        for e in leer_catalogo()
    ]


def test_los_bloques_ilustrativos_son_excepcion(leidas: list[Pagina]) -> None:
    total = sum(libro.recuento(leidas).values(), Counter())
    assert total["ilustrativo"] <= MAXIMO_ILUSTRATIVO * total.total(), total


def test_la_guia_publica_lo_que_dice_de_si_misma(leidas: list[Pagina]) -> None:
    for archivo, texto in libro.generadas(leidas).items():
        assert archivo.read_text("utf-8") == texto, f"{archivo.name}: «make salidas»"


def ultima_fila(archivo: Path) -> dict[str, int]:
    """El total de cada columna de un recuento."""
    cabecera, *_, total = archivo.read_text("utf-8").splitlines()
    columnas = [c.strip() for c in cabecera.strip("|").split("|")][1:]
    valores = [int(v) for v in total.strip("|").split("|")[1:]]
    return dict(zip(columnas, valores, strict=True))


def test_la_portada_dice_lo_que_suman_los_recuentos() -> None:
    dicho = libro.DE_PORTADA.read_text("utf-8")
    bloques = ultima_fila(libro.RECUENTO)
    frases = ultima_fila(SNIPPETS / "referencia" / "pruebas" / "recuento.md")
    comprobados = bloques["Total"] - bloques["Ilustrativos"]
    assert f"**{comprobados}** bloques" in dicho
    assert f"**{frases['Valor atado'] + frases['Probada']}** frases" in dicho
    (prefect,) = re.findall(
        r"^prefect==(\S+)", (RAIZ / "requirements.txt").read_text("utf-8"), re.M
    )
    assert f"**{prefect}** es el Prefect" in dicho
    dia, mes, ano = libro.FECHA.search(dicho)[0].split(" de ")
    hecho = date(int(ano), libro.MESES.index(mes) + 1, int(dia))
    assert date(2026, 11, 1) <= hecho <= date.today()


def test_la_fecha_solo_cambia_si_cambia_el_recuento(tmp_path: Path) -> None:
    archivo = tmp_path / "recuento.md"
    antes, ahora = ("- **{}** bloques\n- Recuento del **{}**\n".format, "2 de mayo")
    assert libro.con_fecha(antes(5, ahora), archivo) == antes(5, ahora)
    archivo.write_text(antes(5, "1 de mayo"), "utf-8")
    assert libro.con_fecha(antes(5, ahora), archivo) == antes(5, "1 de mayo")
    assert libro.con_fecha(antes(6, ahora), archivo) == antes(6, ahora)


def test_la_figura_de_otra_pagina_la_comprueba_la_suya(leidas: list[Pagina]) -> None:
    comprobadas = {f for p in leidas for b in p.bloques for f in b.figuras}
    puestas = {f for p in leidas for f in p.incluidos if clase_de(f)}
    assert puestas == comprobadas
    (portada,) = [p for p in leidas if p.ruta == PORTADA]
    propias = {f for b in portada.bloques for f in b.figuras}
    assert {f.name for f in portada.incluidos if clase_de(f)} - {
        f.name for f in propias
    } == {"descarga_prefect.cronograma.svg"}
