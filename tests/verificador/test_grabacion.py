"""La grabación de la portada: real, igual que la salida de la página y ligera."""

import gzip
import hashlib
import json
import os
import re
import select
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from motor.rutas import DOCS, SNIPPETS
from verificador.figuras.grabacion import diferencia, grabar
from verificador.pagina import Bloque, leer_pagina
from verificador.terminal import RAIZ_MOSTRADA, ErrorDeEspera, Terminal

GRABACION = SNIPPETS / "inicio" / "index" / "hola.cast"
REPRODUCTOR = DOCS / "assets" / "reproductor"
PESO_MAXIMO = 100_000  # bytes, comprimidos: lo que la portada pide de más


@pytest.fixture(scope="module")
def bloque() -> Bloque:
    """La orden de la portada, con su salida."""
    (unico,) = [b for b in leer_pagina(DOCS / "index.md").bloques if b.salida]
    return unico


@pytest.fixture
def grabacion() -> str:
    return GRABACION.read_text("utf-8")


def test_la_grabacion_dice_lo_mismo_que_la_portada(
    bloque: Bloque, grabacion: str
) -> None:
    assert not diferencia(grabacion, bloque.valla.codigo, bloque.salida.codigo)


@pytest.mark.parametrize(
    ("palabra", "otra"),
    [
        ("Hola, Ana", "Hola, Eva"),  # lo que imprime el programa
        ("Completed", "Failed"),  # entre códigos de color
        ('"o", "y"]', '"o", "i"]'),  # una letra de la orden
        ('"version": 3', '"version": 2'),
    ],
)
def test_cambiar_la_grabacion_se_nota(
    bloque: Bloque, grabacion: str, palabra: str, otra: str
) -> None:
    assert palabra in grabacion
    cambiada = grabacion.replace(palabra, otra, 1)
    assert diferencia(cambiada, bloque.valla.codigo, bloque.salida.codigo)


def test_cambiar_la_orden_o_la_salida_se_nota(bloque: Bloque, grabacion: str) -> None:
    orden, salida = bloque.valla.codigo, bloque.salida.codigo
    assert "no teclea" in diferencia(grabacion, "python adios.py\n", salida)
    assert diferencia(grabacion, orden, salida.replace("Hola, Luis", "Hola, Eva"))


@pytest.mark.parametrize(
    "texto", ["", "(pendiente)\n", "[]\n", '{"version": 3}\n[1]\n']
)
def test_lo_que_no_es_una_grabacion_se_explica(texto: str) -> None:
    assert "no es un asciicast v3" in diferencia(texto, "true", "")


def test_se_graba_lo_que_se_ve_en_un_terminal_de_verdad(terminal: Terminal) -> None:
    orden = (
        "python -c 'import os, sys; print(sys.stdout.isatty(), *os.get_terminal_size())'\n"
        r"printf '\033[32mverde\033[0m </script> ñ\n'" + "\n"
        "pwd\n"
        "echo http://127.0.0.1:4200/api\n"
    )
    salida = (
        "True 100 13\nverde </script> ñ\n"
        f"{RAIZ_MOSTRADA}/05_pipelines/ejercicios/prefect\n"
        "http://127.0.0.1:4200/api\n"
    )
    grabado = grabar(terminal, orden)
    assert not diferencia(grabado, orden, salida)
    assert "</script>" not in grabado, "cerraría la etiqueta que la contiene"
    cabecera, *sucesos = map(json.loads, grabado.splitlines())
    assert cabecera["version"] == 3
    assert cabecera["term"] == {"cols": 100, "rows": 13, "type": "xterm-256color"}
    assert all(espera == round(espera, 3) >= 0 for espera, _, _ in sucesos)
    assert any("\x1b[32m" in texto for _, _, texto in sucesos), "los colores se graban"


def test_una_orden_que_no_termina_se_explica_y_no_deja_procesos(
    terminal: Terminal,
) -> None:
    terminal.limite_s = 1
    testigo = terminal.carpeta / "testigo"
    os.mkfifo(testigo)
    lectura = os.open(testigo, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(ErrorDeEspera, match=r"(?s)en 1 s.*abierto"):
        grabar(terminal, "exec 9>testigo; echo abierto; sleep 600")
    # Se puede leer su final cuando el último proceso que lo tenía abierto ha muerto.
    assert select.select([lectura], [], [], 10)[0]
    assert os.read(lectura, 1) == b""
    os.close(lectura)


def test_la_portada_publica_la_grabacion_tal_cual(sitio: Path, grabacion: str) -> None:
    sopa = BeautifulSoup((sitio / "index.html").read_text("utf-8"), "html.parser")
    (publicada,) = sopa.select(".guia-grabacion > template")
    assert publicada.string.strip() == grabacion.strip()
    indice = (sitio / "search" / "search_index.json").read_text("utf-8")
    assert "asciicast" not in indice and "u001b" not in indice


def test_solo_la_portada_tiene_grabacion(sitio: Path) -> None:
    con_grabacion, con_reproductor = [], []
    for archivo in sitio.rglob("*.html"):
        html = archivo.read_text("utf-8")
        pagina = archivo.relative_to(sitio).as_posix()
        con_grabacion += [pagina] if "guia-grabacion" in html else []
        con_reproductor += [pagina] if "assets/reproductor" in html else []
    assert con_grabacion == ["index.html"]
    assert not con_reproductor, "lo pide guia.js, y solo cuando va a verse"


def test_el_reproductor_publicado_es_el_declarado(sitio: Path) -> None:
    declarados = re.findall(
        r"^([0-9a-f]{64})  (\S+)$", (REPRODUCTOR / "LEEME.txt").read_text("utf-8"), re.M
    )
    publicados = sitio / "assets" / "reproductor"
    assert {f.name for f in publicados.iterdir()} == {
        "LEEME.txt",
        *(nombre for _, nombre in declarados),
    }
    for suma, nombre in declarados:
        contenido = (publicados / nombre).read_bytes()
        assert hashlib.sha256(contenido).hexdigest() == suma, nombre


def test_lo_que_la_portada_pide_de_mas_pesa_poco() -> None:
    archivos = [*REPRODUCTOR.glob("*.js"), *REPRODUCTOR.glob("*.css"), GRABACION]
    assert len(archivos) == 3
    # Con la compresión de serie de un servidor web, que no es la máxima.
    peso = sum(len(gzip.compress(f.read_bytes(), 6)) for f in archivos)
    assert peso <= PESO_MAXIMO
