"""Lo que la plantilla no puede hacer: se hace sobre la web ya construida.

Deja junto a cada página su Markdown y lo mete también en ella, para que el botón «Copiar
página» lo tenga sin pedir nada. Escribe además lo que leen los buscadores y los modelos de
lenguaje. No depende de MkDocs más que para saber qué páginas hay y en qué orden.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import urljoin

from motor.rutas import DOCS
from verificador import menu
from verificador.acabado.en_markdown import en_markdown
from verificador.cabecera import leer_cabecera
from verificador.libro import html_de
from verificador.texto import leer_texto, sitio_configurado

Menu = str | list | dict

# Más larga, nadie la pega en un chat: pesa más en la página de lo que ayuda.
LARGA = 100_000
ABRE, CIERRA = "<article", "</article>"
COPIA = '<template id="guia-copia">{}</template>'
ENLACE = '<link rel="alternate" type="text/markdown" href="index.md">'
LLMS = """\
# {nombre}

> {descripcion}

Cada enlace lleva a una página en Markdown, con su código entero y lo que imprime al ejecutarlo. {licencia}.
"""


def acabar(sitio: Path, direccion: str = "") -> None:
    """Acaba una web construida.

    Args:
        sitio: su carpeta.
        direccion: la pública, si se conoce; termina en «/».
    """
    for pagina in menu.en_orden(sitio_configurado().nav):
        acompanar(html_de(pagina, sitio), sitio, direccion)
    (sitio / "llms.txt").write_text(llms(direccion), "utf-8")
    (sitio / "robots.txt").write_text(robots(direccion), "utf-8")


def acompanar(pagina: Path, sitio: Path, direccion: str) -> None:
    """Deja el Markdown de una página a su lado y dentro de ella."""
    html = pagina.read_text("utf-8")
    principio, articulo, final = partes(html)
    carpeta = pagina.parent.relative_to(sitio).as_posix()
    propia = urljoin(direccion, f"{carpeta}/") if direccion else ""
    texto = en_markdown(articulo, propia) + firma(propia)
    pagina.with_suffix(".md").write_text(texto, "utf-8")
    principio = principio.replace("</head>", f"{ENLACE}</head>", 1)
    copia = COPIA.format(escape(texto, quote=False)) if len(texto) < LARGA else ""
    pagina.write_text(f"{principio}{articulo}{copia}{final}", "utf-8")


def partes(html: str) -> tuple[str, str, str]:
    """Una página: lo de antes, su artículo, con la etiqueta que lo abre, y lo de después."""
    desde, hasta = html.index(ABRE), html.rindex(CIERRA)
    return html[:desde], html[desde:hasta], html[hasta:]


def firma(direccion: str) -> str:
    """Lo que acompaña a una copia: de dónde es y con qué licencia."""
    sitio = sitio_configurado()
    quien = f"[{sitio.site_name}]({direccion})" if direccion else sitio.site_name
    return f"\n---\n\n{quien} · {sitio.copyright}\n"


def robots(direccion: str) -> str:
    """Lo que se dice a los buscadores: todo se puede leer, y dónde está el mapa."""
    mapa = f"\nSitemap: {direccion}sitemap.xml\n" if direccion else ""
    return f"User-agent: *\nAllow: /\n{mapa}"


def llms(direccion: str) -> str:
    """La lista de páginas para un modelo de lenguaje, como pide llmstxt.org."""
    sitio = sitio_configurado()
    titulo = LLMS.format(
        nombre=sitio.site_name,
        descripcion=sitio.site_description,
        licencia=sitio.copyright,
    )
    return "\n".join([titulo, *entradas(sitio.nav, direccion)]) + "\n"


def entradas(partes: Menu, direccion: str, nombre: str = "") -> Iterator[str]:
    """Las líneas de una parte del menú: un título por sección y un enlace por página."""
    match partes:
        case str(ruta):
            pagina = DOCS / ruta
            datos = leer_cabecera(leer_texto(pagina), pagina).datos
            copia = html_de(pagina, Path()).with_suffix(".md").as_posix()
            nombre = nombre or menu.titulo(pagina)
            yield f"- [{nombre}]({direccion}{copia}): {datos.description}"
        case dict():
            for suyo, dentro in partes.items():
                if isinstance(dentro, list):
                    yield from ("", f"## {suyo}", "")
                yield from entradas(dentro, direccion, suyo)
        case _:
            for una in partes:
                yield from entradas(una, direccion)
