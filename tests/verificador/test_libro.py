"""El libro mayor de toda la guía: nada se escapa y casi nada es solo ilustrativo."""

from collections import Counter

import pytest
from mkdocs.config import load_config

from calificador.ejercicios import leer_catalogo
from motor.rutas import RAIZ
from verificador import album, fichas, libro
from verificador.origen import relativa
from verificador.pagina import Pagina, sin_verificar

MAXIMO_ILUSTRATIVO = 0.05


@pytest.fixture(scope="module")
def leidas() -> list[Pagina]:
    return libro.leer_todas()


def test_todo_archivo_de_snippets_sale_en_alguna_pagina(leidas: list[Pagina]) -> None:
    sueltos = sorted(str(relativa(f)) for f in libro.huerfanos(leidas))
    assert not sueltos, f"ninguna página incluye {sueltos}: inclúyelos o bórralos"


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
