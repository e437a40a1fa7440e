"""El libro mayor: cuenta, en el HTML publicado, qué es cada bloque de código.

Lee el HTML y no el Markdown a propósito: así un bloque que el recolector no vea, o que
vea distinto de como se publica, aparece aquí como descuadre.
"""

import re
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from motor.rutas import DOCS, RAIZ, SNIPPETS
from verificador import chuleta, mascaras
from verificador.escritura import escribir_juntos
from verificador.html_crudo import REMEDIO, codigo_disfrazado
from verificador.origen import Origen, donde, relativa
from verificador.pagina import Pagina, fragmentos, leer_pagina, paginas
from verificador.problemas import Problema
from verificador.prosa import recuento as prosa
from verificador.texto import sitio_configurado

CLASES = ("ejecutado", "salida", "archivo", "prueba", "ilustrativo")
GENERADAS = RAIZ / "snippets" / "referencia" / "verificacion"
RECUENTO = GENERADAS / "recuento.md"
MASCARAS = GENERADAS / "mascaras.md"
DE_PORTADA = SNIPPETS / "inicio" / "index" / "recuento.md"
FECHA = re.compile(r"(?<=Recuento del \*\*)[^*]+")
MESES = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


def html_de(pagina: Path, sitio: Path) -> Path:
    """El archivo HTML que MkDocs publica para una página de docs/."""
    ruta = pagina.relative_to(DOCS).with_suffix("")
    return sitio / (ruta.parent if ruta.name == "index" else ruta) / "index.html"


def asiento(pagina: Pagina, html: str) -> list[Problema]:
    """Lo que una página publica y nadie verifica, y al revés.

    Args:
        pagina: la página, leída.
        html: lo que se publica de ella.
    """
    problemas = descuadres(pagina, bloques_publicados(html))
    for codigo in codigo_disfrazado(html):
        lugar = lugar_del_codigo(pagina, codigo)
        que = f"código en línea que se lee como un bloque:\n{codigo}\n"
        problemas.append(Problema(lugar, que, REMEDIO))
    return problemas


def lugar_del_codigo(pagina: Pagina, codigo: str) -> Origen:
    """Dónde está un código en la página; al principio, si no se encuentra.

    Se busca entero su principio y, por si Markdown lo ha juntado, su última palabra.
    """
    principio = codigo.split("\n")[0].strip()
    return donde(pagina.ruta, principio, *codigo.split()[-1:])


def bloques_publicados(html: str) -> list[str]:
    """El texto de cada bloque de código de una página publicada, en orden."""
    arbol = BeautifulSoup(html, "html.parser")
    for numeros in arbol.select(".linenos"):
        numeros.decompose()
    return [bloque.get_text() for bloque in arbol.select("pre")]


def descuadres(pagina: Pagina, publicados: list[str]) -> list[Problema]:
    """Los bloques publicados que nadie verifica y los verificados que no se publican."""
    pendientes = [valla for _, valla in pagina.vallas]
    problemas = []
    for texto in publicados:
        propia = next(
            (v for v in pendientes if normal(v.codigo) == normal(texto)), None
        )
        if propia:
            pendientes.remove(propia)
            continue
        lugar = lugar_del_codigo(pagina, texto.strip())
        que = f"se publica sin que nadie lo verifique:\n{texto}"
        problemas.append(Problema(lugar, que, REMEDIO))
    problemas += [
        Problema(
            v.origen,
            f"se verifica pero no se publica:\n{v.codigo}",
            "revisa su valla y el sangrado de lo que la rodea.",
        )
        for v in pendientes
    ]
    return problemas or desorden(pagina, publicados)


def desorden(pagina: Pagina, publicados: list[str]) -> list[Problema]:
    """Si los mismos bloques se publican en otro orden que el que se ejecuta."""
    ejecutados = [normal(valla.codigo) for _, valla in pagina.vallas]
    if ejecutados == [normal(texto) for texto in publicados]:
        return []
    que = "los bloques se publican en otro orden que el que se ejecutan"
    return [Problema(relativa(pagina.ruta), que, "no los pongas en notas al pie.")]


def como_github(texto: str) -> str:
    """El HTML que GitHub saca de un README."""
    return MarkdownIt("commonmark").enable("table").render(texto)


def normal(texto: str) -> str:
    return "\n".join(linea.rstrip() for linea in texto.strip("\n").split("\n"))


def leer_todas() -> list[Pagina]:
    return [leer_pagina(ruta) for ruta in paginas()]


def recuento(leidas: list[Pagina]) -> dict[Path, Counter[str]]:
    """Cuántos bloques de cada clase tiene cada página."""
    return {p.ruta: Counter(clase for clase, _ in p.vallas) for p in leidas}


def tabla(cuentas: dict[Path, Counter[str]]) -> str:
    """El recuento como tabla Markdown, para la página que lo enseña."""
    total = sum(cuentas.values(), Counter())
    filas = [(prosa.enlace(ruta), cuenta) for ruta, cuenta in cuentas.items() if cuenta]
    cabecera = ["Página", *(f"{clase.capitalize()}s" for clase in CLASES), "Total"]
    lineas = [cabecera, [":--", *["--:"] * (len(CLASES) + 1)]]
    for nombre, cuenta in [*filas, ("**Total**", total)]:
        lineas.append([nombre, *(str(cuenta[c]) for c in CLASES), str(cuenta.total())])
    return "".join(f"| {' | '.join(celdas)} |\n" for celdas in lineas)


def de_portada(leidas: list[Pagina]) -> str:
    """La prueba que enseña la portada: cuánto está comprobado y con qué."""
    total = sum(recuento(leidas).values(), Counter())
    hechos = (
        f"**{total.total() - total['ilustrativo']}** bloques de código comprobados",
        f"**{prosa.sostenidas(leidas)}** frases con su prueba al lado",
        f"**{version('prefect')}** es el Prefect con el que se ejecutan",
        f"Recuento del **{en_palabras(date.today())}**",
    )
    return "".join(f"- {hecho}\n" for hecho in hechos)


def en_palabras(dia: date) -> str:
    return f"{dia.day} de {MESES[dia.month - 1]} de {dia.year}"


def con_fecha(texto: str, archivo: Path) -> str:
    """El texto, con la fecha que ya lleva su archivo si lo demás no ha cambiado."""
    escrito = archivo.read_text("utf-8") if archivo.exists() else ""
    sin_fecha = (FECHA.sub("", texto), FECHA.sub("", escrito))
    return escrito if len(set(sin_fecha)) == 1 else texto


def lista_de_mascaras(leidas: list[Pagina]) -> str:
    """Todo lo que puede variar en una salida, para la página que lo cuenta."""
    return mascaras.publicar(
        {
            prosa.enlace(pagina.ruta): {h for b in pagina.bloques for h in b.declarados}
            for pagina in leidas
        }
    )


def escribir_generadas() -> None:
    """Pone al día lo que la guía publica de su propia verificación: o todo, o nada.

    Son dos vueltas: lo que se escribe de las pruebas también se cuenta.

    Raises:
        PaginaRota: si una página no se puede leer: el recuento sería de las demás. Todo
            queda como estaba.
        OSError: si algo no se puede escribir; todo queda como estaba.
    """
    primera = en_bytes(generadas(leer_todas()))
    antes = {ruta: ruta.read_bytes() for ruta in primera if ruta.exists()}
    escribir_juntos(primera)
    try:
        escribir_juntos(en_bytes(generadas(leer_todas())))
    except BaseException:  # también Ctrl+C
        escribir_juntos(antes)
        raise


def en_bytes(textos: dict[Path, str]) -> dict[Path, bytes]:
    return {ruta: texto.encode() for ruta, texto in textos.items()}


def generadas(leidas: list[Pagina]) -> dict[Path, str]:
    """Cada archivo de snippets/ que dice algo de toda la guía, con su texto."""
    return {
        RECUENTO: tabla(recuento(leidas)),
        MASCARAS: lista_de_mascaras(leidas),
        DE_PORTADA: con_fecha(de_portada(leidas), DE_PORTADA),
        **prosa.generadas(leidas),
        **chuleta.generadas(leidas),
    }


def huerfanos(leidas: list[Pagina]) -> set[Path]:
    """Los archivos de snippets/ que ninguna página incluye."""
    al_final = sitio_configurado().mdx_configs["pymdownx.snippets"]["auto_append"]
    en_todas = {SNIPPETS / nombre for nombre in al_final}
    return fragmentos().difference(en_todas, *(p.incluidos for p in leidas))
