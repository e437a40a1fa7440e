"""Lo que lee de cada página quien la enlaza: un chat, un buscador, un teléfono o un modelo."""

import json
import re
import xml.etree.ElementTree as etree
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from publicada import DIRECCIONES

from motor.rutas import DOCS
from verificador import menu
from verificador.acabado import LARGA
from verificador.acabado.en_markdown import en_markdown
from verificador.acabado.fichas import Ficha, fichas
from verificador.figuras import tarjetas
from verificador.ordenes import publicar
from verificador.texto import sitio_configurado

DIRECCION = DIRECCIONES["GUIA_URL"]
ABSOLUTAS = {
    "og:url",
    "og:image",
    "og:image:width",
    "og:image:height",
    "og:image:alt",
}
SIEMPRE = {
    "og:site_name",
    "og:locale",
    "og:type",
    "og:title",
    "og:description",
    "twitter:card",
}
CODIGO = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
# Lo que en el Markdown no está a propósito; los títulos de los bloques, en su cabecera.
NO_SE_COPIA = (
    ".headerlink, button, template, svg, .guia-grabacion, input, .filename,"
    " .guia-copiar__aviso, .md-content__button"
)


@pytest.fixture(scope="module")
def todas() -> list[Ficha]:
    return list(fichas(sitio_configurado().nav))


def cabeza(sitio: Path, url: str) -> BeautifulSoup:
    """La cabecera de una página, por su dirección dentro del sitio."""
    html = (sitio / url / "index.html").read_text("utf-8")
    return BeautifulSoup(html[: html.index("</head>")], "html.parser")


def metas(sopa: BeautifulSoup) -> dict[str, str]:
    """Lo que dicen sus `og:` y sus `twitter:`; ninguna se repite."""
    etiquetas = sopa.select("meta[property^='og:'], meta[name^='twitter:']")
    pares = [(e.get("property") or e["name"], e["content"]) for e in etiquetas]
    assert len(dict(pares)) == len(pares)
    return dict(pares)


def grafo(sopa: BeautifulSoup) -> list[dict]:
    """Los datos en JSON-LD de una página."""
    (guion,) = sopa.select("script[type='application/ld+json']")
    datos = json.loads(guion.string)
    assert datos["@context"] == "https://schema.org"
    return datos["@graph"]


def articulo(sitio: Path, url: str) -> str:
    html = (sitio / url / "index.html").read_text("utf-8")
    return html[html.index("<article") : html.rindex("</article>")]


def copia(sitio: Path, url: str) -> str:
    return (sitio / url / "index.md").read_text("utf-8")


def existe(sitio: Path, enlace: str, desde: str) -> bool:
    """Si un enlace relativo lleva a un archivo del sitio."""
    ruta = urljoin(DIRECCION + desde, enlace).partition("#")[0]
    assert ruta.startswith(DIRECCION), enlace
    archivo = sitio / ruta.removeprefix(DIRECCION)
    return (archivo / "index.html" if archivo.is_dir() else archivo).is_file()


def test_las_fichas_son_todas_las_paginas(todas: list[Ficha]) -> None:
    del_menu = list(menu.en_orden(sitio_configurado().nav))
    assert len({una.url for una in todas}) == len(todas) == len(del_menu)
    assert sorted(del_menu) == sorted(DOCS.rglob("*.md"))
    assert todas[0].url == ""


def test_cada_pagina_dice_su_direccion_y_como_se_comparte(
    publicado: Path, todas: list[Ficha]
) -> None:
    for pagina in todas:
        sopa = cabeza(publicado, pagina.url)
        dice = metas(sopa)
        assert set(dice) == SIEMPRE | ABSOLUTAS, pagina.url
        assert all(dice.values()), pagina.url
        suya = DIRECCION + pagina.url
        assert [e["href"] for e in sopa.select("link[rel=canonical]")] == [suya]
        assert dice["og:url"] == suya
        descripcion = sopa.select_one("meta[name=description]")["content"]
        assert dice["og:description"] == descripcion == pagina.descripcion
        titulo = sopa.title.get_text(strip=True)
        assert dice["og:title"] in titulo


def test_cada_pagina_lleva_la_imagen_de_su_seccion(
    publicado: Path, todas: list[Ficha]
) -> None:
    usadas = set()
    for pagina in todas:
        dice = metas(cabeza(publicado, pagina.url))
        archivo = publicado / dice["og:image"].removeprefix(DIRECCION)
        medidas = tarjetas.medidas(archivo.read_bytes())
        escritas = dice["og:image:width"], dice["og:image:height"]
        assert medidas == tuple(map(int, escritas)) == (1200, 630)
        assert (pagina.seccion or tarjetas.PORTADA) in dice["og:image:alt"]
        usadas.add(archivo.name)
    hechas = {archivo.name for archivo in (DOCS / tarjetas.CARPETA).iterdir()}
    assert usadas == hechas


def test_sin_direccion_publica_no_se_inventa_ninguna(
    sitio: Path, todas: list[Ficha]
) -> None:
    for pagina in todas:
        sopa = cabeza(sitio, pagina.url)
        assert set(metas(sopa)) == SIEMPRE, pagina.url
        assert not sopa.select("link[rel=canonical], script[type*=json]"), pagina.url
    assert "Sitemap" not in (sitio / "robots.txt").read_text("utf-8")


def test_ninguna_pagina_dice_con_que_se_ha_hecho_y_todas_su_color_y_su_icono(
    sitio: Path, todas: list[Ficha]
) -> None:
    rutas = [*(f"{una.url}index.html" for una in todas), "404.html"]
    for ruta in rutas:
        html = (sitio / ruta).read_text("utf-8")
        sopa = BeautifulSoup(html[: html.index("</head>")], "html.parser")
        assert not sopa.select("meta[name=generator]"), ruta
        colores = sopa.select("meta[name=theme-color]")
        assert [c["media"] for c in colores] == [
            "(prefers-color-scheme: light)",
            "(prefers-color-scheme: dark)",
        ]
        if ruta != "404.html":  # lleva rutas absolutas
            clases = "link[rel~=icon], link[rel=apple-touch-icon], link[rel=manifest]"
            enlaces = [e["href"] for e in sopa.select(clases)]
            assert len(enlaces) == 4
            assert all(existe(sitio, enlace, ruta) for enlace in enlaces), ruta


def test_el_color_es_el_de_la_cabecera_de_cada_tema() -> None:
    css = (DOCS / "assets" / "css" / "guia.css").read_text("utf-8")
    plantilla = (DOCS.parent / "overrides" / "main.html").read_text("utf-8")
    de_los_temas = re.findall(r"--md-primary-fg-color: (#\w{6});", css)
    assert re.findall(r'name="theme-color".*content="(.*)"', plantilla) == de_los_temas


def test_los_datos_de_cada_pagina_se_entienden_y_apuntan_a_lo_que_hay(
    publicado: Path, todas: list[Ficha]
) -> None:
    direcciones = {DIRECCION + una.url for una in todas}
    declarados, citados = set(), set()
    for pagina in todas[1:]:
        recurso, migas = grafo(cabeza(publicado, pagina.url))
        assert recurso["@type"] == "LearningResource"
        assert recurso["name"] == pagina.nombre
        assert recurso["url"] == DIRECCION + pagina.url
        minutos = f"PT{pagina.minutos}M" if pagina.minutos else None
        assert recurso.get("timeRequired") == minutos
        declarados.add(recurso["@id"])
        citados.add(recurso["isPartOf"]["@id"])
        assert migas["@type"] == "BreadcrumbList"
        camino = migas["itemListElement"]
        assert [m["position"] for m in camino] == list(range(1, len(camino) + 1))
        assert camino[0]["item"] == DIRECCION
        assert camino[-1]["item"] == DIRECCION + pagina.url
        assert len({m["item"] for m in camino}) == len(camino)
        assert {m["item"] for m in camino} <= direcciones
        assert len(camino) == 3 or camino[-1]["name"] == pagina.nombre
    web, curso = grafo(cabeza(publicado, ""))
    assert (web["@type"], curso["@type"]) == ("WebSite", "Course")
    citados |= {parte["@id"] for parte in [curso["isPartOf"], *curso["hasPart"]]}
    assert citados <= declarados | {web["@id"], curso["@id"]}
    tutorial = next(p["Tutorial"] for p in sitio_configurado().nav if "Tutorial" in p)
    assert len(curso["hasPart"]) == len(tutorial)


def test_el_mapa_lleva_a_cada_pagina_sin_fechas_inventadas(
    publicado: Path, todas: list[Ficha]
) -> None:
    mapa = etree.parse(publicado / "sitemap.xml").getroot()
    assert {hijo.tag.rpartition("}")[2] for hijo in mapa.iter()} == {
        "urlset",
        "url",
        "loc",
    }
    lugares = [lugar.text for lugar in mapa.iter() if lugar.text and lugar.text.strip()]
    assert sorted(lugares) == sorted(DIRECCION + una.url for una in todas)
    robots = (publicado / "robots.txt").read_text("utf-8")
    assert robots.splitlines() == [
        "User-agent: *",
        "Allow: /",
        "",
        f"Sitemap: {DIRECCION}sitemap.xml",
    ]


def test_llms_txt_lleva_al_markdown_de_cada_pagina(
    publicado: Path, sitio: Path, todas: list[Ficha]
) -> None:
    for carpeta, direccion in ((publicado, DIRECCION), (sitio, "")):
        texto = (carpeta / "llms.txt").read_text("utf-8")
        assert texto.startswith(f"# {sitio_configurado().site_name}\n\n> ")
        enlaces = re.findall(r"^- \[.+?\]\((.+?)\): \S", texto, re.MULTILINE)
        assert enlaces == [f"{direccion}{una.url}index.md" for una in todas]
        secciones = re.findall(r"^## (.+)$", texto, re.MULTILINE)
        assert secciones == list(dict.fromkeys(u.seccion for u in todas[1:]))


def test_el_markdown_lleva_todo_el_codigo_que_se_publica(
    sitio: Path, todas: list[Ficha]
) -> None:
    lector = MarkdownIt("commonmark").enable("table")
    cuantos = 0
    for pagina in todas:
        publicados = [
            unescape(re.sub("<[^>]*>", "", codigo)).strip("\n")
            for codigo in CODIGO.findall(articulo(sitio, pagina.url))
        ]
        copiados = [
            parte.content.strip("\n")
            for parte in lector.parse(copia(sitio, pagina.url))
            if parte.type == "fence"
        ]
        assert copiados == publicados, pagina.url
        archivos = re.findall(r'class="filename">(.*?)<', articulo(sitio, pagina.url))
        titulos = re.findall(
            r'^[> ]*`{3,}\w* title="(.*?)"', copia(sitio, pagina.url), re.M
        )
        assert titulos == archivos, pagina.url
        cuantos += len(copiados)
    assert cuantos > 500


def test_el_markdown_dice_lo_mismo_que_la_pagina(
    sitio: Path, todas: list[Ficha]
) -> None:
    lector = MarkdownIt("commonmark").enable("table")
    for pagina in todas:
        html = CODIGO.sub("", articulo(sitio, pagina.url))
        sopa = BeautifulSoup(html, "html.parser")
        for sobra in sopa.select(NO_SE_COPIA):
            sobra.decompose()
        for marca in sopa.find_all("a", string="✓"):
            marca.decompose()
        texto, _, _ = copia(sitio, pagina.url).rpartition("\n---\n")
        copiado = CODIGO.sub("", lector.render(texto))
        copiado = re.sub(r"<p><em>Figura\.</em>.*?</p>", "", copiado)
        copiado = unescape(re.sub("<[^>]*>", " ", copiado))
        assert palabras(copiado) == palabras(sopa.get_text(" ")), pagina.url


def palabras(texto: str) -> Counter[str]:
    """Cuántas veces está cada palabra en un texto."""
    return Counter(re.findall(r"\w+", texto))


def test_en_el_markdown_no_queda_ninguna_marca_de_la_guia(
    sitio: Path, todas: list[Ficha]
) -> None:
    lector = MarkdownIt("commonmark").enable("table")
    for pagina in todas:
        partes = lector.parse(copia(sitio, pagina.url))
        # Y nada se lee como HTML: no lo hay.
        assert "html_block" not in {parte.type for parte in partes}, pagina.url
        trozos = [hijo for parte in partes for hijo in parte.children or []]
        assert "html_inline" not in {trozo.type for trozo in trozos}, pagina.url
        prosa = "".join(t.content for t in trozos if t.type != "code_inline")
        for marca in ("--8<--", "<!--", "pytest.mark", "{ #", "{ .", "\0", "!!!"):
            assert marca not in prosa, (pagina.url, marca)
        assert "✓</a>" not in lector.render(copia(sitio, pagina.url)), pagina.url


def test_cada_enlace_del_markdown_llega(sitio: Path, todas: list[Ficha]) -> None:
    lector = MarkdownIt("commonmark").enable("table")
    cuantos = 0
    for pagina in todas:
        rendido = lector.render(copia(sitio, pagina.url))
        for enlace in re.findall(r'(?:href|src)="([^"]*)"', rendido):
            if not re.match(r"https?://|#|mailto:", enlace):
                assert existe(sitio, unescape(enlace), pagina.url), (pagina.url, enlace)
                cuantos += 1
    assert cuantos > 300


def test_publicado_el_markdown_dice_de_donde_es_y_sus_enlaces_sirven_fuera(
    publicado: Path, todas: list[Ficha]
) -> None:
    licencia = sitio_configurado().copyright
    for pagina in todas:
        texto = copia(publicado, pagina.url)
        suya = f"[{sitio_configurado().site_name}]({DIRECCION}{pagina.url})"
        assert f"\n---\n\n{suya} · {licencia} · " in texto, pagina.url
        rendido = MarkdownIt("commonmark").enable("table").render(texto)
        for enlace in re.findall(r'(?:href|src)="([^"]*)"', rendido):
            assert re.match(r"https?://", enlace), (pagina.url, enlace)


def test_cada_pagina_lleva_dentro_su_markdown_y_el_boton_que_lo_copia(
    sitio: Path, todas: list[Ficha]
) -> None:
    sin_boton = []
    for pagina in todas:
        html, texto = articulo(sitio, pagina.url), copia(sitio, pagina.url)
        dentro = re.findall(r'<template id="guia-copia">(.*?)</template>', html, re.S)
        botones = re.findall(r'<button type="button" class="guia-copiar"', html)
        assert len(dentro) == len(botones)
        if dentro:
            assert [unescape(uno) for uno in dentro] == [texto]
        else:
            sin_boton.append(pagina.url)
            assert pagina.url == "" or len(texto) >= LARGA
    assert sin_boton == ["", "referencia/pruebas/"]


@pytest.mark.parametrize(
    ("html", "esperado"),
    [
        ("<p>uno * dos_tres _cuatro_ [x]</p>", r"uno \* dos_tres \_cuatro\_ \[x\]"),
        ("<p>con <code>a`b</code> y <code>`</code></p>", "con ``a`b`` y `` ` ``"),
        ("<p>así.<a href='../r/#test_x'>✓</a> Y <a href='f'>esto</a></p>", "así. Y [esto](f)"),
        ("<p>así <a href='../r/#test_x'>✓</a>.</p>", "así."),
        ("<p>son <a href='../referencia/pruebas/#v-3'>36</a></p>", "son 36"),
        ("<p>así.<a href='f#x'>doc</a></p>", "así. [doc](f#x)"),
        ("<ul><li>uno<ul><li>dos</li></ul></li></ul>", "- uno\n\n  - dos"),
        ("<ol start='3'><li><p>a</p></li><li><p>b</p></li></ol>", "3. a\n\n4. b"),
        (
            "<details><summary>Mira</summary><p>a</p><div class='highlight language-python'>"
            "<pre>x = 1\n\ny</pre></div></details>",
            "> **Mira**\n>\n> a\n>\n> ```python\n> x = 1\n>\n> y\n> ```",
        ),
        (
            "<div class='highlight language-python'><span class='filename'>a.py</span><pre>"
            '<code><span>x\n</span><span class="hll">y\n</span></code></pre></div>',
            '```python title="a.py" hl_lines="2"\nx\ny\n```',
        ),
        ("<pre>```\nx\n```</pre>", "````\n```\nx\n```\n````"),
        (
            "<table><tr><th style='text-align: right;'>A</th></tr>"
            "<tr><td><code>a|b</code></td></tr></table>",
            "| A |\n| --: |\n| `a\\|b` |",
        ),
        ("<p><img src='a#only-light' alt='A'><img src='b#only-dark' alt='A'></p>", "![A](a)"),
        ("<p>x</p><!-- interno --><p>y <!-- z --></p>", "x\n\ny"),
    ],
)  # fmt: skip
def test_cada_cosa_en_markdown(html: str, esperado: str) -> None:
    assert en_markdown(html) == esperado + "\n"


def test_cada_imagen_guardada_es_la_de_su_dibujo() -> None:
    for archivo, svg in tarjetas.dibujos().items():
        imagen = archivo.read_bytes()
        assert tarjetas.apuntada(imagen) == tarjetas.huella(svg), (
            f"{archivo.name} no es la de su dibujo: python -m verificador.figuras.tarjetas"
        )
        anchura = re.search(r'width="(\d+)"', svg)[1]
        assert tarjetas.medidas(imagen)[0] == int(anchura)


def test_el_titulo_de_cada_tarjeta_cabe() -> None:
    secciones = {una.seccion for una in fichas(sitio_configurado().nav)}
    for seccion in secciones:
        lineas = tarjetas.partir(tarjetas.tarjeta_de(seccion).titulo)
        assert len(lineas) <= 2
        assert max(map(len, lineas)) <= tarjetas.CABEN


@pytest.mark.figuras
def test_dibujada_de_nuevo_cada_imagen_sale_igual() -> None:
    for archivo, svg in tarjetas.dibujos().items():
        assert tarjetas.pintar(svg) == archivo.read_bytes(), archivo.name


def test_el_manifiesto_vale_en_cualquier_carpeta(sitio: Path) -> None:
    ruta = "assets/guia.webmanifest"
    dice = json.loads((sitio / ruta).read_text("utf-8"))
    assert dice["name"] == sitio_configurado().site_name
    assert dice["lang"] == "es"
    assert urljoin(DIRECCION + ruta, dice["start_url"]) == DIRECCION
    assert urljoin(DIRECCION + ruta, dice["scope"]) == DIRECCION
    for icono in dice["icons"]:
        imagen = sitio / "assets" / icono["src"]
        ancho, alto = tarjetas.medidas(imagen.read_bytes())
        assert icono["sizes"] == f"{ancho}x{alto}"
    assert {"192x192", "512x512"} == {icono["sizes"] for icono in dice["icons"]}


@pytest.mark.parametrize("mala", ["", "ejemplo.org", "ftp://ejemplo.org/", "https://"])
def test_sin_saber_donde_no_se_publica(
    mala: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIA_URL", mala)
    monkeypatch.setattr(publicar, "publicar", lambda _: pytest.fail("ha publicado"))
    with pytest.raises(SystemExit) as salida:
        publicar.main()
    assert "GUIA_URL" in str(salida.value)
    assert "make publicar GUIA_URL=https://" in str(salida.value)


def test_sabiendo_donde_se_construye_para_alli(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pedidas = []
    (tmp_path / "site" / "vieja").mkdir(parents=True)
    monkeypatch.setenv("GUIA_URL", DIRECCION)
    monkeypatch.setattr(publicar, "SITIO", tmp_path / "site")
    monkeypatch.setattr(
        publicar, "construir", lambda sitio, **con: pedidas.append((sitio, con))
    )
    monkeypatch.setattr(publicar, "ofrecer", lambda _: pedidas.append("sin red"))
    publicar.main()
    assert pedidas == [(tmp_path / "site", {"GUIA_URL": DIRECCION}), "sin red"]
    assert not (tmp_path / "site").exists()  # lo de antes no se sube
    assert DIRECCION in capsys.readouterr().out
