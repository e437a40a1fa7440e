"""Lo que se admite que cueste abrir una página, y cuándo se reescribe lo publicado."""

import pytest

from verificador.web.cifras import (
    Clase,
    Gasto,
    SinClase,
    excesos,
    leer_clases,
    parecidas,
    por_clases,
)
from verificador.web.visita import Visita, archivo_de

CLASES = [
    Clase("Las pruebas", ("referencia/pruebas/",), Gasto(300, 10, 900)),
    Clase("La referencia", ("referencia/*",), Gasto(100, 10, 500)),
]
PRUEBAS = Visita("referencia/pruebas/", ["a"], {"a": 250_000}, 900)
GLOSARIO = Visita("referencia/glosario/", ["a"], {"a": 99_001}, 500)


def test_dentro_de_su_presupuesto_nadie_se_queja() -> None:
    assert not [*excesos([PRUEBAS, GLOSARIO], CLASES)]


@pytest.mark.parametrize(
    ("gordo", "dice"),
    [
        ({"pesos": {"indice.json": 80_000, "b": 20_001}}, "101 kB"),
        ({"pedidos": ["a"] * 11}, "11 peticiones"),
        ({"elementos": 501}, "501 elementos"),
    ],
)
def test_lo_que_se_pasa_se_dice(gordo: dict[str, object], dice: str) -> None:
    gorda = Visita(**{**vars(GLOSARIO), **gordo})
    (queja,) = excesos([PRUEBAS, gorda], CLASES)
    assert queja.startswith("referencia/glosario/:")
    assert dice in queja
    assert "«La referencia»" in queja


def test_se_dice_que_es_lo_que_mas_pesa() -> None:
    gorda = Visita("referencia/x/", [], {"x/a.css": 9000, "i.json": 120_000}, 1)
    (queja,) = excesos([PRUEBAS, gorda], CLASES)
    assert queja.endswith("i.json 120 kB, a.css 9 kB")


def test_cada_pagina_tiene_clase_y_cada_clase_alguna_pagina() -> None:
    with pytest.raises(SinClase, match="otra/"):
        por_clases([PRUEBAS, GLOSARIO, Visita("otra/")], CLASES)
    with pytest.raises(SinClase, match="La referencia"):
        por_clases([PRUEBAS], CLASES)


def test_el_presupuesto_se_lee() -> None:
    clases = leer_clases()
    assert len(clases) > 3
    assert all(min(clase.limite) > 0 for clase in clases)


@pytest.mark.parametrize(
    ("medido", "sigue_valiendo"),
    [
        ("| El tutorial | 13 | 400 |", True),
        ("| El tutorial | 13 | 419 |", True),
        ("| El tutorial | 13 | 430 |", False),
        ("| El tutorial | 14 | 400 |", False),
        ("| Los tutoriales | 13 | 400 |", False),
    ],
)
def test_lo_publicado_solo_cambia_si_cambia_de_verdad(
    medido: str, sigue_valiendo: bool
) -> None:
    assert parecidas("| El tutorial | 13 | 400 |", medido) == sigue_valiendo


@pytest.mark.parametrize(
    ("direccion", "archivo"),
    [
        ("", "index.html"),
        ("tutorial/cache/", "tutorial/cache/index.html"),
        ("404.html", "404.html"),
        ("assets/a%20b.css?v=1#x", "assets/a b.css"),
    ],
)
def test_cada_direccion_es_de_un_archivo(direccion: str, archivo: str) -> None:
    assert archivo_de(f"http://x/una/guia/{direccion}", "http://x/una/guia/") == archivo
