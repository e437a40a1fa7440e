"""El libro mayor de toda la guía: nada se escapa y casi nada es solo ilustrativo."""

from collections import Counter

import pytest

from verificador import album, libro
from verificador.pagina import Pagina, relativa

MAXIMO_ILUSTRATIVO = 0.05


@pytest.fixture(scope="module")
def leidas() -> list[Pagina]:
    return libro.leer_todas()


def test_todo_fichero_de_snippets_sale_en_alguna_pagina(leidas: list[Pagina]) -> None:
    sueltos = sorted(str(relativa(f)) for f in libro.huerfanos(leidas))
    assert not sueltos, f"ninguna página incluye {sueltos}: inclúyelos o bórralos"


def test_toda_imagen_del_album_es_de_una_captura() -> None:
    sueltas = sorted(str(relativa(imagen)) for imagen in album.huerfanas())
    assert not sueltas, f"ninguna captura usa {sueltas}: bórralas"


def test_los_bloques_ilustrativos_son_excepcion(leidas: list[Pagina]) -> None:
    total = sum(libro.recuento(leidas).values(), Counter())
    assert total["ilustrativo"] <= MAXIMO_ILUSTRATIVO * total.total(), total


def test_la_guia_publica_su_recuento(leidas: list[Pagina]) -> None:
    actual = libro.tabla(libro.recuento(leidas))
    assert libro.RECUENTO.read_text("utf-8") == actual, "actualízalo con «make salidas»"
