"""Lo que la guía publica de su prosa: de dónde sale cada valor, qué pruebas cita y el recuento.

Todo se escribe en snippets/referencia/pruebas/. `definiciones.md` lo añade
pymdownx.snippets al final de cada página: da su dirección a cada [texto][etiqueta] y su
definición a cada palabra del glosario que no es de Prefect.
"""

import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from motor.rutas import DOCS, SNIPPETS
from verificador.origen import relativa
from verificador.pagina import Pagina
from verificador.prosa import fuentes, glosario, pruebas, valores
from verificador.prosa.clases import Clasificada, clasificar
from verificador.prosa.lectura import prosa
from verificador.prosa.marcas import Clase, Marca
from verificador.prosa.unidades import Tipo

CARPETA = SNIPPETS / "referencia" / "pruebas"
PRUEBAS = CARPETA / "pruebas.md"
PAGINA = "../referencia/pruebas.md"  # desde cualquier página que no sea la portada
COLUMNAS = {
    "Valor atado": (Clase.VALOR,),
    "Probada": (Clase.PRUEBA, Clase.BLOQUE),
    "De una fuente": (Clase.FUENTE,),
    "Consejo": (Clase.CONSEJO,),
    "Sin prueba": (Clase.SIN_PRUEBA, None),
}


def generadas(leidas: list[Pagina]) -> dict[Path, str]:
    """Cada archivo que se escribe a partir de la prosa de las páginas, con su texto."""
    web = [pagina for pagina in leidas if pagina.ruta.is_relative_to(DOCS)]
    return {
        CARPETA / "definiciones.md": definiciones(web),
        CARPETA / "valores.md": tabla_de_valores(web),
        PRUEBAS: lista_de_pruebas(web),
        CARPETA / "recuento.md": tabla_de_frases(web),
    }


def clasificadas(pagina: Pagina) -> list[Clasificada]:
    """Las frases de una página, sin los títulos, que no afirman nada."""
    unidades = (u for u in prosa(pagina) if u.tipo is not Tipo.TITULO)
    frases = [c for unidad in unidades for c in clasificar(unidad)]
    if pagina.ruta == fuentes.PAGINA:
        return [replace(c, clase=Clase.FUENTE) for c in frases]
    return frases


def citas(leidas: list[Pagina], clase: Clase) -> dict[str, dict[Path, Marca]]:
    """Qué páginas citan cada valor o cada prueba, en orden."""
    halladas: dict[str, dict[Path, Marca]] = defaultdict(dict)
    for pagina in leidas:
        for unidad in prosa(pagina):
            for marca in [*unidad.marcas, unidad.hereda]:
                if marca and marca.clase is clase:
                    halladas[marca.destino].setdefault(pagina.ruta, marca)
    return dict(sorted(halladas.items()))


def definiciones(leidas: list[Pagina]) -> str:
    """A dónde lleva cada etiqueta y qué es cada palabra, como definiciones de Markdown."""
    lineas = [
        f"[{etiqueta}]: {PAGINA}#{ancla(etiqueta)} {entrecomillar(etiqueta)}"
        for etiqueta in citas(leidas, Clase.VALOR)
    ]
    lineas += [
        f'[{nombre}]: {PAGINA}#{nombre} "Lo comprueba una prueba: {en_palabras(nombre)}"'
        for nombre in citas(leidas, Clase.PRUEBA)
    ]
    return "\n".join(lineas) + "\n\n" + glosario.abreviaturas()


def ancla(etiqueta: str) -> str:
    """El identificador de una etiqueta en la página de pruebas."""
    return "v-" + re.sub(r"[^\w]+", "-", etiqueta.lower()).strip("-")


def entrecomillar(texto: str) -> str:
    return f"'{texto}'" if '"' in texto else f'"{texto}"'


def en_palabras(nombre: str) -> str:
    """Lo que dice el nombre de una prueba."""
    return nombre.removeprefix("test_").replace("_", " ")


def tabla_de_valores(leidas: list[Pagina]) -> str:
    """Cada valor, de dónde sale y qué páginas lo dicen."""
    por_ruta = {pagina.ruta: pagina for pagina in leidas}
    lineas = ["| Sale de | Valor | Lo dice |", "| :-- | :-- | :-- |"]
    for etiqueta, paginas in citas(leidas, Clase.VALOR).items():
        pagina = por_ruta[next(iter(paginas))]
        codigo = f"`{etiqueta}`{{ #{ancla(etiqueta)} }}".replace("|", "\\|")
        real = valor_o_nada(etiqueta, pagina)
        lineas.append(f"| {codigo} | {real} | {enlaces(paginas)} |")
    return "\n".join(lineas) + "\n"


def valor_o_nada(etiqueta: str, pagina: Pagina) -> str:
    try:
        return valores.valor(etiqueta, pagina)
    except valores.SinValor:
        return "—"


def lista_de_pruebas(leidas: list[Pagina]) -> str:
    """Las pruebas citadas, por archivo: qué páginas se apoyan en cada una y su código."""
    por_archivo: dict[Path, list[str]] = defaultdict(list)
    citadas = citas(leidas, Clase.PRUEBA)
    for nombre in citadas:
        if prueba := pruebas.todas().get(nombre):
            por_archivo[prueba.archivo].append(nombre)
    return "\n".join(
        de_un_archivo(str(relativa(archivo)), {n: citadas[n] for n in nombres})
        for archivo, nombres in sorted(por_archivo.items())
    )


def de_un_archivo(archivo: str, citadas: dict[str, dict[Path, Marca]]) -> str:
    """Las pruebas citadas de un archivo: una tabla y, plegado, su código."""
    filas = "".join(
        f"| *{en_palabras(nombre)}*{{ #{nombre} }} | {enlaces(paginas)} |\n"
        for nombre, paginas in citadas.items()
    )
    codigo = "\n\n\n".join(pruebas.codigo(nombre) for nombre in citadas)
    bloque = f'<!--pytest.mark.prueba("{archivo}")-->\n\n```python\n{codigo}\n```\n'
    return (
        f"### `{archivo}` {{ #{ancla_de_archivo(archivo)} }}\n\n"
        f"| Prueba | La citan |\n| :-- | :-- |\n{filas}\n"
        f'??? example "Su código"\n\n{textwrap.indent(bloque, "    ")}'
    )


def ancla_de_archivo(archivo: str) -> str:
    return Path(archivo).stem.replace("_", "-")


def tabla_de_frases(leidas: list[Pagina]) -> str:
    """Cuántas frases de cada página sostiene cada cosa."""
    cuentas = {p.ruta: Counter(c.clase for c in clasificadas(p)) for p in leidas}
    total = sum(cuentas.values(), Counter())
    lineas = [f"| Página | {' | '.join(COLUMNAS)} | Total |"]
    lineas.append("| :-- |" + " --: |" * (len(COLUMNAS) + 1))
    filas = [(enlace(ruta), cuenta) for ruta, cuenta in cuentas.items() if cuenta]
    for nombre, cuenta in [*filas, ("**Total**", total)]:
        celdas = [str(sum(cuenta[c] for c in clases)) for clases in COLUMNAS.values()]
        lineas.append(f"| {nombre} | {' | '.join(celdas)} | {cuenta.total()} |")
    return "\n".join(lineas) + "\n"


def sostenidas(leidas: list[Pagina]) -> int:
    """Cuántas frases de la web llevan un valor atado o una prueba."""
    clases = {Clase.VALOR, Clase.PRUEBA, Clase.BLOQUE}
    return sum(
        frase.clase in clases
        for pagina in leidas
        if pagina.ruta.is_relative_to(DOCS)
        for frase in clasificadas(pagina)
    )


def enlaces(rutas: Iterator[Path] | dict[Path, Marca]) -> str:
    return ", ".join(enlace(ruta) for ruta in rutas)


def enlace(ruta: Path) -> str:
    """La página como enlace desde docs/referencia/; el README no se publica en la web."""
    if not ruta.is_relative_to(DOCS):
        return ruta.name
    desde_docs = ruta.relative_to(DOCS)
    return f"[{desde_docs.with_suffix('')}](../{desde_docs})"
