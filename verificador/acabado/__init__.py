"""Lo que la plantilla no puede hacer: se hace sobre la web ya construida.

Deja junto a cada página su Markdown y lo mete también en ella, para que el botón «Copiar
página» lo tenga sin pedir nada. Le añade lo que lee quien la enlaza, y escribe lo que leen
los buscadores y los modelos de lenguaje. Del HTML solo espera <head> y <article>: da igual
con qué se haya construido.
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from verificador.acabado.cabeza import cabeza
from verificador.acabado.en_markdown import en_markdown
from verificador.acabado.fichas import Ficha, fichas
from verificador.texto import sitio_configurado

# Más larga, nadie la pega en un chat: pesa más en la página de lo que ayuda.
LARGA = 100_000
ABRE, CIERRA = "<article", "</article>"
COPIA = '<template id="guia-copia">{}</template>'
TITULO = re.compile(r'</h1>(?:\s*<p class="guia-minutos">(.*?)</p>)?')
BOTON = """</h1>
<p class="guia-minutos">{minutos}
<button type="button" class="guia-copiar">Copiar página</button>
<span class="guia-copiar__aviso" role="status"></span></p>"""
SIN_MARCAS = "Las marcas ✓, con la prueba de cada frase, están en la página"
LLMS = """\
# {nombre}

> {descripcion}

Cada enlace lleva a una página en Markdown, con su código entero y lo que imprime. {licencia}.
"""


def acabar(sitio: Path, direccion: str = "") -> None:
    """Acaba una web construida.

    Args:
        sitio: su carpeta.
        direccion: la pública, si se conoce.
    """
    direccion = direccion and direccion.rstrip("/") + "/"
    todas = list(fichas(sitio_configurado().nav))
    for pagina in todas:
        acompanar(sitio / pagina.url / "index.html", pagina, todas, direccion)
    (sitio / "llms.txt").write_text(llms(todas, direccion), "utf-8")
    (sitio / "robots.txt").write_text(robots(direccion), "utf-8")


def acompanar(archivo: Path, pagina: Ficha, todas: list[Ficha], direccion: str) -> None:
    """Deja el Markdown de una página a su lado y dentro de ella, y completa su cabecera."""
    principio, articulo, final = partes(archivo.read_text("utf-8"))
    propia = direccion and direccion + pagina.url
    texto = en_markdown(articulo, propia) + firma(propia)
    archivo.with_suffix(".md").write_text(texto, "utf-8")
    suya = cabeza(pagina, todas, direccion)
    principio = principio.replace("</head>", f"{suya}</head>", 1)
    if pagina.url and len(texto) < LARGA:
        articulo = con_boton(articulo) + COPIA.format(escape(texto, quote=False))
    archivo.write_text(principio + articulo + final, "utf-8")


def con_boton(articulo: str) -> str:
    """El artículo con el botón que lo copia bajo su título, junto a los minutos que pide."""
    return TITULO.sub(lambda h: BOTON.format(minutos=h[1] or ""), articulo, count=1)


def partes(html: str) -> tuple[str, str, str]:
    """Una página: lo de antes, su artículo, con la etiqueta que lo abre, y lo de después."""
    desde, hasta = html.index(ABRE), html.rindex(CIERRA)
    return html[:desde], html[desde:hasta], html[hasta:]


def firma(direccion: str) -> str:
    """Lo que acompaña a una copia: de dónde es y con qué licencia."""
    sitio = sitio_configurado()
    quien = f"[{sitio.site_name}]({direccion})" if direccion else sitio.site_name
    return f"\n---\n\n{quien} · {sitio.copyright} · {SIN_MARCAS}\n"


def robots(direccion: str) -> str:
    """Lo que se dice a los buscadores: todo se puede leer, y dónde está el mapa."""
    mapa = f"\nSitemap: {direccion}sitemap.xml\n" if direccion else ""
    return f"User-agent: *\nAllow: /\n{mapa}"


def llms(todas: list[Ficha], direccion: str) -> str:
    """La lista de páginas para un modelo de lenguaje, como pide llmstxt.org."""
    sitio = sitio_configurado()
    titulo = LLMS.format(
        nombre=sitio.site_name,
        descripcion=sitio.site_description,
        licencia=sitio.copyright,
    )
    return "\n".join([titulo, *entradas(todas, direccion)]) + "\n"


def entradas(todas: list[Ficha], direccion: str) -> Iterator[str]:
    """Una línea por página y, donde empieza una sección, su título."""
    seccion = ""
    for pagina in todas:
        if pagina.seccion != seccion:
            seccion = pagina.seccion
            yield from ("", f"## {seccion}", "")
        enlace = f"{direccion}{pagina.url}index.md"
        yield f"- [{pagina.nombre}]({enlace}): {pagina.descripcion}"
