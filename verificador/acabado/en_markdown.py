"""El artículo de una página publicada, como Markdown corriente.

Parte del HTML y no del Markdown de docs/ a propósito: allí ya están incluidos los programas
y las salidas, y no queda ninguna de las marcas con las que se escribe la guía.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

# Lo que solo sirve en la web: los enlaces a cada título, los mandos y los dibujos sin texto.
SOBRA = ".headerlink, .md-content__button, .guia-grabacion, button, template, script, style, input"
# Las llamadas a la prueba de cada frase y las imágenes del tema oscuro: repiten lo que hay.
PRUEBA = "✓"
VALOR = "referencia/pruebas/#v-"
OSCURA = "#only-dark"
# El código, aparte: el resaltado multiplica por diez las etiquetas que hay que leer.
CODIGO = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.DOTALL)
RESALTADA = 'class="hll"'
ETIQUETA = re.compile(r"<[^>]*>")
NUMEROS = re.compile(r'<span class="linenos"[^>]*>.*?</span>')
LENGUAJE = re.compile(r"^language-(\w+)$")
# Lo que Markdown leería como una orden suya. «_» solo lo es al borde de una palabra.
ESPECIAL = re.compile(r"[\\`*\[\]<]|(?<!\w)_|_(?!\w)")
HUECOS = re.compile(r"[ \t\n]+")
# La llamada a una fuente va pegada a su frase: en la web se ve más arriba y pequeña.
FUENTE = re.compile(r"(?<=[^\s(])(?=\[doc\]\()")
QUITADO = "\0"


def en_markdown(articulo: str, direccion: str = "") -> str:
    """El Markdown de un artículo.

    Args:
        articulo: su HTML.
        direccion: la de la página, para que sus enlaces sirvan también fuera de ella.
    """
    arbol = BeautifulSoup(CODIGO.sub(sin_resaltar, articulo), "html.parser")
    for sobra in arbol.select(SOBRA):
        sobra.decompose()
    for enlace in arbol.select("a[href]"):
        enlace["href"] = urljoin(direccion, enlace["href"])
    for imagen in arbol.select("img[src]"):
        imagen["src"] = urljoin(direccion, imagen["src"])
    return "\n\n".join(bloques(arbol)) + "\n"


def sin_resaltar(codigo: re.Match[str]) -> str:
    """Un bloque de código sin las etiquetas que lo colorean; apunta qué líneas resaltan."""
    lineas = codigo[1].split("\n")
    cuales = [str(n) for n, linea in enumerate(lineas, 1) if RESALTADA in linea]
    limpio = ETIQUETA.sub("", NUMEROS.sub("", codigo[1]))
    return f'<pre data-resaltadas="{" ".join(cuales)}">{limpio}</pre>'


# ── Los bloques ───────────────────────────────────────────────────────────────


def bloques(padre: Tag) -> Iterator[str]:
    """Los de un elemento, en orden; el texto suelto entre dos es un párrafo."""
    suelto = []
    for hijo in padre.children:
        if isinstance(hijo, Tag) and hijo.name in COMO:
            yield from parrafo(suelto)
            suelto = []
            yield from filter(None, COMO[hijo.name](hijo))
        else:
            suelto.append(hijo)
    yield from parrafo(suelto)


def parrafo(trozos: list) -> Iterator[str]:
    """Un párrafo, si dice algo."""
    if texto := en_linea(trozos):
        yield texto


def de_parrafo(elemento: Tag) -> Iterator[str]:
    yield from parrafo(list(elemento.children))


def de_titulo(elemento: Tag) -> Iterator[str]:
    yield f"{'#' * int(elemento.name[1])} {en_linea(elemento.children)}"


def de_codigo(elemento: Tag) -> Iterator[str]:
    yield valla(elemento.get_text())


def de_caja(elemento: Tag) -> Iterator[str]:
    """Un `div`: un bloque de código, un aviso, unas pestañas, un dibujo o nada especial."""
    clases = elemento.get("class", [])
    if "highlight" in clases:
        yield de_programa(elemento, clases)
    elif "admonition" in clases:
        yield from de_aviso(elemento)
    elif "tabbed-set" in clases:
        yield from de_pestanas(elemento)
    elif "figura" in clases:
        yield de_dibujo(elemento)
    else:
        yield from bloques(elemento)


def de_programa(elemento: Tag, clases: list[str]) -> str:
    """Un bloque de código: su lenguaje, el archivo que se guarda y lo que se resalta."""
    cabecera = next((m[1] for c in clases if (m := LENGUAJE.match(c))), "")
    nombre, codigo = elemento.select_one(".filename"), elemento.select_one("pre")
    if nombre:
        cabecera += f' title="{nombre.get_text()}"'
    if cuales := codigo.get("data-resaltadas"):
        cabecera += f' hl_lines="{cuales}"'
    return valla(codigo.get_text(), cabecera)


def valla(codigo: str, cabecera: str = "") -> str:
    """Un bloque de código entre acentos, más de los que haya en él."""
    marca = "`" * max(3, mas_largo(codigo) + 1)
    return "\n".join([marca + cabecera, codigo.strip("\n"), marca])


def mas_largo(codigo: str) -> int:
    """Cuántos acentos graves seguidos hay, como mucho, en un texto."""
    return max(map(len, re.findall("`+", codigo)), default=0)


def de_aviso(elemento: Tag) -> Iterator[str]:
    """Un aviso o una caja que se despliega: una cita, que empieza por su título."""
    titulo = elemento.find(["summary", "p"], recursive=False).extract()
    dentro = [f"**{en_linea(titulo.children)}**", *bloques(elemento)]
    yield sangrar("\n\n".join(dentro), "> ")


def de_cita(elemento: Tag) -> Iterator[str]:
    yield sangrar("\n\n".join(bloques(elemento)), "> ")


def de_pestanas(elemento: Tag) -> Iterator[str]:
    """Unas pestañas: una tras otra, cada una con su nombre delante."""
    nombres = elemento.select(":scope > .tabbed-labels > label")
    cajas = elemento.select(":scope > .tabbed-content > .tabbed-block")
    for nombre, caja in zip(nombres, cajas, strict=True):
        yield f"**{en_linea(nombre.children)}**"
        yield from bloques(caja)


def de_dibujo(elemento: Tag) -> str:
    """Un dibujo: lo que dice a quien no lo ve."""
    dicho = elemento.select_one("[aria-label]")["aria-label"]
    return f"*Figura.* {escapar(dicho)}"


def de_lista(elemento: Tag) -> Iterator[str]:
    """Una lista. Con huecos, si algún elemento tiene más de un bloque de texto o código."""
    desde = int(elemento.get("start", 1))
    lineas, separador = [], "\n"
    for numero, uno in enumerate(elemento.find_all("li", recursive=False), desde):
        marca = f"{numero}. " if elemento.name == "ol" else "- "
        dentro = list(bloques(uno))
        if uno.find("p", recursive=False):
            separador = "\n\n"
        texto = "\n\n".join(dentro)
        lineas.append(marca + sangrar(texto, " " * len(marca)).lstrip())
    yield separador.join(lineas)


def de_definiciones(elemento: Tag) -> Iterator[str]:
    """Una lista de términos: cada uno, en negrita, y debajo lo que es."""
    for hijo in elemento.find_all(["dt", "dd"], recursive=False):
        if hijo.name == "dt":
            yield f"**{en_linea(hijo.children)}**"
        else:
            yield from bloques(hijo)


def de_tabla(elemento: Tag) -> Iterator[str]:
    """Una tabla, con su alineación."""
    cabecera, *filas = elemento.select("tr")
    lados = [alineacion(celda) for celda in cabecera.select("th, td")]
    yield "\n".join([fila(cabecera), f"| {' | '.join(lados)} |", *map(fila, filas)])


def fila(elemento: Tag) -> str:
    celdas = [
        en_linea(celda.children).replace("|", r"\|")
        for celda in elemento.select("th, td")
    ]
    return f"| {' | '.join(celdas)} |"


def alineacion(celda: Tag) -> str:
    estilo = celda.get("style", "")
    lados = {"left": ":--", "right": "--:", "center": ":-:"}
    return next((marca for lado, marca in lados.items() if lado in estilo), "---")


def sangrar(texto: str, con: str) -> str:
    """Un texto con algo delante de cada línea; sin espacios de más en las vacías."""
    return "\n".join((con + linea).rstrip() for linea in texto.split("\n"))


COMO: dict[str, Callable[[Tag], Iterator[str]]] = {
    "article": bloques,
    "blockquote": de_cita,
    "details": de_aviso,
    "div": de_caja,
    "dl": de_definiciones,
    "figcaption": bloques,
    "figure": bloques,
    "h1": de_titulo,
    "h2": de_titulo,
    "h3": de_titulo,
    "h4": de_titulo,
    "hr": lambda _: iter(["---"]),
    "ol": de_lista,
    "p": de_parrafo,
    "pre": de_codigo,
    "table": de_tabla,
    "ul": de_lista,
}


# ── El texto ──────────────────────────────────────────────────────────────────


def en_linea(trozos: Iterator | list) -> str:
    """El texto de unos elementos que van en una línea."""
    texto = FUENTE.sub(" ", "".join(map(trozo, trozos)))
    return re.sub(rf"\s*{QUITADO}", "", texto).strip()


def trozo(elemento: NavigableString | Tag) -> str:
    """Un trozo de texto, tal como se escribe en Markdown."""
    if isinstance(elemento, Comment):
        return ""
    if isinstance(elemento, NavigableString):
        return escapar(elemento)
    match elemento.name:
        case "code":
            return en_codigo(elemento.get_text())
        case "a":
            return de_enlace(elemento)
        case "img":
            return de_imagen(elemento)
        case "strong" | "b":
            return entre("**", elemento)
        case "em" | "i":
            return entre("*", elemento)
        case "br":
            return " "
        case _:
            return "".join(map(trozo, elemento.children))


def entre(marca: str, elemento: Tag) -> str:
    dentro = en_linea(elemento.children)
    return f"{marca}{dentro}{marca}" if dentro else ""


def en_codigo(texto: str) -> str:
    """Código en línea, entre más acentos de los que tenga dentro."""
    marca = "`" * (mas_largo(texto) + 1)
    hueco = " " if texto.startswith("`") or texto.endswith("`") else ""
    return f"{marca}{hueco}{texto}{hueco}{marca}"


def de_enlace(elemento: Tag) -> str:
    """Un enlace; sin él, lo que solo dice de dónde sale: una prueba o un valor."""
    if elemento.get_text() == PRUEBA:
        return QUITADO
    dentro = "".join(map(trozo, elemento.children))
    destino = elemento.get("href", "")
    if not destino or VALOR in destino:
        return dentro
    return f"[{dentro}]({destino})"


def de_imagen(elemento: Tag) -> str:
    origen = elemento["src"]
    if origen.endswith(OSCURA):
        return QUITADO
    return f"![{escapar(elemento.get('alt', ''))}]({origen.partition('#')[0]})"


def escapar(texto: str) -> str:
    return ESPECIAL.sub(r"\\\g<0>", HUECOS.sub(" ", texto))
