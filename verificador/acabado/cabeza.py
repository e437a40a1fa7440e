"""Lo que lee de una página quien la enlaza: un chat, una red social o un buscador."""

import json
from collections.abc import Iterator
from html import escape

from verificador.acabado.fichas import Ficha
from verificador.figuras.tarjetas import ALTO, ANCHO, CARPETA, tarjeta_de
from verificador.texto import sitio_configurado

ESPANOL = "es_LA"  # el de quienes no son de un solo país
LICENCIA = "https://creativecommons.org/licenses/by/4.0/"
TUTORIAL = "Tutorial"


def cabeza(pagina: Ficha, todas: list[Ficha], direccion: str) -> str:
    """Las etiquetas de la cabecera de una página.

    Args:
        pagina: cuál.
        todas: las del sitio, en orden; la portada, la primera.
        direccion: la pública; sin ella no está lo que pide una dirección completa.
    """
    etiquetas = [*map(meta, propiedades(pagina, direccion))]
    if direccion:
        grafo = [*datos(pagina, todas, direccion)]
        escrito = json.dumps(
            {"@context": "https://schema.org", "@graph": grafo}, ensure_ascii=False
        )
        # Dentro de un <script>, lo único que no puede aparecer es el final de otro.
        escrito = escrito.replace("<", r"\u003c")
        etiquetas.append(f'<script type="application/ld+json">{escrito}</script>')
    return "\n".join(etiquetas) + "\n"


def meta(propiedad: tuple[str, str]) -> str:
    clave, valor = propiedad
    atributo = "name" if clave.startswith("twitter:") else "property"
    return f'<meta {atributo}="{clave}" content="{escape(valor)}">'


def propiedades(pagina: Ficha, direccion: str) -> Iterator[tuple[str, str]]:
    """Cómo se ve la página al compartirla; lo que X no encuentra lo toma de las `og:`."""
    sitio = sitio_configurado().site_name
    yield "og:site_name", sitio
    yield "og:locale", ESPANOL
    yield "og:type", "article" if pagina.url else "website"
    yield "og:title", pagina.nombre if pagina.url else sitio
    yield "og:description", pagina.descripcion
    yield "twitter:card", "summary_large_image"
    if direccion:
        tarjeta = tarjeta_de(pagina.seccion)
        yield "og:url", direccion + pagina.url
        yield "og:image", f"{direccion}{CARPETA}/{tarjeta.archivo}"
        yield "og:image:width", str(ANCHO)
        yield "og:image:height", str(ALTO)
        yield "og:image:alt", tarjeta.alternativa


def datos(pagina: Ficha, todas: list[Ficha], direccion: str) -> Iterator[dict]:
    """Lo que es la página, con el vocabulario de schema.org.

    La portada dice qué sitio es y qué curso da, que es el Tutorial. No dice quién lo da:
    la guía no lo sabe. Las demás, qué enseñan y dónde están.
    """
    if pagina.url:
        yield recurso(pagina, direccion)
        yield migas(pagina, todas, direccion)
    else:
        yield sitio(pagina, direccion)
        yield curso([una for una in todas if una.seccion == TUTORIAL], direccion)


def comun(clase: str, nombre: str, descripcion: str, url: str) -> dict:
    return {
        "@type": clase,
        "name": nombre,
        "description": descripcion,
        "url": url,
        "inLanguage": "es",
        "isAccessibleForFree": True,
        "license": LICENCIA,
    }


def sitio(portada: Ficha, direccion: str) -> dict:
    nombre = sitio_configurado().site_name
    propio = comun("WebSite", nombre, portada.descripcion, direccion)
    return propio | {"@id": f"{direccion}#sitio"}


def curso(temas: list[Ficha], direccion: str) -> dict:
    """El Tutorial: sus páginas, en orden."""
    configurado = sitio_configurado()
    nombre = f"{configurado.site_name}: {TUTORIAL}"
    propio = comun(
        "Course", nombre, configurado.site_description, direccion + temas[0].url
    )
    return propio | {
        "@id": f"{direccion}#tutorial",
        "isPartOf": {"@id": f"{direccion}#sitio"},
        "educationalLevel": "Principiante",
        "hasPart": [{"@id": direccion + tema.url} for tema in temas],
    }


def recurso(pagina: Ficha, direccion: str) -> dict:
    madre = "#tutorial" if pagina.seccion == TUTORIAL else "#sitio"
    url = direccion + pagina.url
    propio = comun("LearningResource", pagina.nombre, pagina.descripcion, url) | {
        "@id": url,
        "learningResourceType": pagina.seccion,
        "isPartOf": {"@id": direccion + madre},
    }
    if pagina.minutos:
        propio["timeRequired"] = f"PT{pagina.minutos}M"
    return propio


def migas(pagina: Ficha, todas: list[Ficha], direccion: str) -> dict:
    """Desde la portada. Una sección es su primera página: en ella, no se repite."""
    primera = next(una for una in todas if una.seccion == pagina.seccion)
    camino = [(todas[0].nombre, todas[0].url), (pagina.nombre, pagina.url)]
    if primera != pagina:
        camino.insert(1, (pagina.seccion, primera.url))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": n,
                "name": nombre,
                "item": direccion + url,
            }
            for n, (nombre, url) in enumerate(camino, 1)
        ],
    }
