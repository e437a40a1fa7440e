"""Una captura que falta, sobra o se ha quedado vieja hace fallar su página."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from motor.rutas import DOCS, SNIPPETS
from verificador import album
from verificador.pagina import Pagina, leer_pagina


@pytest.fixture
def pagina(monkeypatch: pytest.MonkeyPatch) -> Pagina:
    """Una página de verdad y sus tres capturas, vistas con el Prefect con que se hicieron."""
    hecha = (SNIPPETS / "tutorial" / "ui-local" / "logs.captura.md").read_text("utf-8")
    con = re.match(r"<!-- Prefect (\S+),", hecha)[1]
    monkeypatch.setattr(album, "version", lambda _: con)
    leida = leer_pagina(DOCS / "tutorial" / "ui-local.md")
    assert len(leida.capturas) == 3
    assert not album.problemas(leida)
    return leida


def test_si_cambia_un_programa_anterior_se_repiten(pagina: Pagina) -> None:
    pagina.bloques[0].valla.codigo += "# otra cosa\n"
    problemas = [str(problema) for problema in album.problemas(pagina)]
    assert len(problemas) == 3
    assert all("make salidas" in p and "es anterior a" in p for p in problemas)


def test_si_cambia_un_programa_posterior_no_se_repiten(pagina: Pagina) -> None:
    pagina.bloques[-1].valla.codigo += "# otra cosa\n"
    assert not album.problemas(pagina)


def test_si_cambia_la_declaracion_se_repite(pagina: Pagina) -> None:
    logs = {**pagina.capturas["logs"], "visible": ["text=Failed"]}
    (problema,) = album.problemas(
        replace(pagina, capturas=pagina.capturas | {"logs": logs})
    )
    assert "logs.captura.md: es anterior" in problema.que


def test_si_cambia_prefect_se_repiten(
    pagina: Pagina, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album, "version", lambda _: "otra")
    assert len(album.problemas(pagina)) == 3


def test_si_falta_una_imagen_se_dice_cual(
    pagina: Pagina, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(album, "ALBUM", tmp_path)
    primero, *_ = album.problemas(pagina)
    assert "falta" in primero.que and "ejecuciones.claro.webp" in primero.que


def test_una_captura_sin_declarar_o_sin_colocar(pagina: Pagina) -> None:
    (problema,) = album.problemas(
        replace(
            pagina, capturas={n: d for n, d in pagina.capturas.items() if n != "logs"}
        )
    )
    assert "no declara la captura «logs»" in problema.que
    (problema,) = album.problemas(
        replace(pagina, capturas=pagina.capturas | {"otra": pagina.capturas["logs"]})
    )
    assert "declara la captura «otra» y la página no la enseña" in problema.que


def test_una_declaracion_mal_escrita(pagina: Pagina) -> None:
    rotas = pagina.capturas | {"logs": {"ruta": "runs"}}
    (problema,) = album.problemas(replace(pagina, capturas=rotas))
    assert "«logs» está mal declarada" in problema.que
    assert "corrige la cabecera" in problema.remedio
