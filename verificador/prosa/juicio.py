"""Lo que se puede juzgar de la prosa de una página, sin ejecutar nada."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from verificador.origen import Origen, donde, relativa
from verificador.pagina import PORTADA, Pagina, leer_pagina
from verificador.problemas import Problema
from verificador.prosa import (
    evidencias,
    fuentes,
    lengua,
    letras,
    nombres,
    ortografia,
    pies,
    pruebas,
    valores,
)
from verificador.prosa.clases import CUBREN, ENUNCIADO, Clasificada, clasificar
from verificador.prosa.lectura import lineas_propias, lugar_de, prosa
from verificador.prosa.marcas import Clase, Marca
from verificador.prosa.unidades import Tipo, Unidad

DE_EJEMPLO = re.compile(r"\d|[\"']")
PRUEBALO = ("pruebalo", "variacion")
CIFRA = re.compile(r"(?<![\w.])\d[\d.,]*(?:\s*%)?")
NOMBRES_CON_CIFRA = re.compile(
    r"[Ee]jercicio \d+|Prefect [123]\b|Airflow [23]\b|Python 3\b|Apache 2\.0|UTF-8"
)
SIN_CLASE = (
    'acaba la frase con su prueba, [✓](#sección "texto") o [✓][test_…], con su fuente, '
    "[doc](…/fuentes.md#…), o con <!--consejo--> si no afirma nada; mejor aún, quítala."
)


def problemas(pagina: Pagina) -> list[Problema]:
    """Lo que la prosa de una página afirma sin sostenerlo, y lo mal escrito."""
    mal_escrito = ortografia.problemas(ortografia.de_una_pagina(pagina))
    if pagina.ruta == fuentes.PAGINA:
        return [*mal_escrito, *fuentes.problemas(pagina)]
    return [*mal_escrito, *sin_sostener(pagina)]


def sin_sostener(pagina: Pagina) -> list[Problema]:
    """Lo que la prosa de una página afirma y nada sostiene."""
    halladas = prosa(pagina)
    frases = [c for unidad in halladas for c in clasificar(unidad)]
    hallados = [p for c in frases for p in de_una_frase(pagina, c)]
    de_cabeceras = {u.hereda for u in halladas if u.hereda and u.tipo is Tipo.FILA}
    for marca in [*(m for u in halladas for m in u.marcas), *de_cabeceras]:
        hallados += de_una_marca(pagina, marca)
    for unidad in halladas:
        hallados += de_codigos(pagina, unidad)
        if unidad.tipo is Tipo.PIE:
            hallados += pies.problemas(pagina, unidad)
    return [*hallados, *sin_hacer(pagina, halladas), *sueltas(pagina)]


def de_una_frase(pagina: Pagina, c: Clasificada) -> Iterator[Problema]:
    """La frase que no tiene clase, los números que nadie ata y lo que no se dice así."""
    for escrito, bien in lengua.faltas(c.frase.texto):
        que = f"«{escrito}», en «{c.frase}», aquí no se escribe así"
        lugar = lugar_de(pagina, str(c.frase))
        yield Problema(
            lugar, que, f"escribe {bien}; si aquí vale, dilo en lengua.toml."
        )
    if c.clase is None and c.tipo is not Tipo.TITULO:
        lugar = lugar_de(pagina, str(c.frase))
        yield Problema(lugar, f"nada sostiene «{c.frase}»", SIN_CLASE)
        return
    if c.cubierta and c.clase in (Clase.CONSEJO, Clase.FUENTE, Clase.SIN_PRUEBA):
        return
    texto = NOMBRES_CON_CIFRA.sub("", c.frase.texto)
    if c.tipo is Tipo.TITULO:
        texto = re.sub(r"«[^»]*»", "", texto)
    sueltos = CIFRA.findall(texto)
    if not c.cubierta:
        sueltos += letras.EN_LETRAS.findall(texto)
    if sueltos:
        lugar = lugar_de(pagina, str(c.frase))
        que = f"«{sueltos[0].strip()}» está escrito a mano en «{c.frase}»"
        remedio = "átalo a lo que lo dice: [número][archivo: texto con #], o quítalo."
        yield Problema(lugar, que, remedio)


def de_una_marca(pagina: Pagina, marca: Marca) -> Iterator[Problema]:
    """La marca que no dice la verdad, o no lleva a ningún sitio."""
    escrita = marca.texto or marca.destino or marca.clase
    lugar = donde(pagina.ruta, escrita)
    if pagina.ruta == PORTADA and f"][{marca.destino}]" in PORTADA.read_text("utf-8"):
        que = f"en la portada no vale la etiqueta [{marca.destino}]"
        yield Problema(
            lugar, que, "enlaza la prueba: [✓](referencia/pruebas.md#test_…)."
        )
    if marca.clase is Clase.VALOR:
        yield from de_un_valor(pagina, marca, lugar)
    elif marca.clase is Clase.PRUEBA:
        yield from de_una_prueba(marca, lugar)
    elif marca.clase is Clase.BLOQUE:
        yield from de_un_bloque(pagina, marca, lugar)
    elif marca.clase is Clase.FUENTE and not fuentes.citada(marca):
        que = f"«{marca.destino}» no es una fuente con su dirección y su fecha"
        yield Problema(lugar, que, "añádela a docs/referencia/fuentes.md.")
    elif marca.clase is Clase.SIN_PRUEBA and len(marca.destino) < 10:
        yield Problema(
            lugar, "una frase sin prueba y sin motivo", "di por qué no la hay."
        )


def de_un_valor(pagina: Pagina, marca: Marca, lugar: Origen) -> Iterator[Problema]:
    try:
        real = valores.valor(marca.destino, pagina)
    except valores.SinValor as error:
        yield Problema(
            lugar,
            f"«[{marca.valor}][{marca.destino}]»: {error}",
            "corrige la etiqueta.",
        )
        return
    if not valores.coincide(marca.valor, real):
        que = f"la página dice «{marca.valor}» y [{marca.destino}] es {real}"
        yield Problema(lugar, que, f"escribe {real}, o corrige la etiqueta.")


def de_una_prueba(marca: Marca, lugar: Origen) -> Iterator[Problema]:
    prueba = pruebas.todas().get(marca.destino)
    if prueba is None:
        yield Problema(
            lugar, f"no existe la prueba «{marca.destino}»", "corrige su nombre."
        )
    elif prueba.repetida:
        yield Problema(
            lugar, f"hay dos pruebas «{marca.destino}»", "cambia el nombre de una."
        )
    elif prueba.saltada:
        yield Problema(lugar, f"«{marca.destino}» no siempre se ejecuta", "cita otra.")


def de_un_bloque(pagina: Pagina, marca: Marca, lugar: Origen) -> Iterator[Problema]:
    camino, _, ancla = marca.destino.partition("#")
    otra = pagina if not camino else pagina_en(pagina.ruta.parent / camino)
    seccion = evidencias.en_la_seccion(otra, ancla) if otra and ancla else None
    if seccion is None:
        yield Problema(
            lugar, f"no existe la sección «{marca.destino}»", "corrige el enlace."
        )
    elif not marca.texto:
        remedio = (
            f'cita lo que lo demuestra: [✓]({marca.destino} "texto de la salida").'
        )
        yield Problema(lugar, "una prueba que no dice qué lo demuestra", remedio)
    elif not nombres.buscado(marca.texto).search(seccion):
        que = f"en «{marca.destino}» ningún programa, salida ni figura dice «{marca.texto}»"
        yield Problema(
            lugar, que, "cita un texto que esté, o corrige lo que la frase afirma."
        )


def pagina_en(ruta: Path) -> Pagina | None:
    """La página a la que lleva un enlace; ninguna, si no la hay."""
    ruta = ruta.resolve()
    return leer_pagina(ruta) if ruta.is_file() else None


def de_codigos(pagina: Pagina, unidad: Unidad) -> Iterator[Problema]:
    """El código en línea que no nombra nada que exista."""
    todas = [*unidad.marcas, unidad.hereda]
    citadas = [m.destino for m in todas if m and m.clase is Clase.PRUEBA]
    for c in clasificar(unidad):
        for tramo in c.frase.tramos():
            clases = {m.clase for m in tramo.marcas if m.clase in CUBREN} or {c.clase}
            if Clase.FUENTE not in clases:
                yield from sin_resolver(pagina, unidad, tramo.codigos, citadas)


def sin_resolver(
    pagina: Pagina, unidad: Unidad, codigos: list[str], citadas: list[str]
) -> Iterator[Problema]:
    for codigo in codigos:
        if unidad.seccion == ENUNCIADO and DE_EJEMPLO.search(codigo):
            continue  # un valor con el que se pide que algo pase: lo usa el calificador
        if not nombres.existe(codigo, pagina, citadas):
            lugar = lugar_de(pagina, f"`{codigo}`")
            que = f"`{codigo}` no está en la página, en snippets/, en los datos ni en Prefect"
            remedio = "corrígelo; si existe fuera, decláralo en excepciones.toml."
            yield Problema(lugar, que, remedio)


def sin_hacer(pagina: Pagina, halladas: list[Unidad]) -> Iterator[Problema]:
    """Lo que la página propone probar sin que ninguna prueba lo haga."""
    for unidad in halladas:
        if unidad.seccion not in PRUEBALO or unidad.tipo is not Tipo.ELEMENTO:
            continue
        clases = {marca.clase for marca in unidad.marcas}
        if not clases & {Clase.PRUEBA, Clase.SIN_PRUEBA}:
            lugar = lugar_de(pagina, str(unidad.frases[0]))
            que = f"ninguna prueba hace lo que propone «{unidad.frases[0]}»"
            yield Problema(
                lugar, que, "escríbela en tests/paginas/ y cítala: [✓][test_…]."
            )


def sueltas(pagina: Pagina) -> Iterator[Problema]:
    """Las marcas mal escritas, que se publicarían tal cual."""
    for numero, linea in enumerate(lineas_propias(pagina)):
        limpia = re.sub(r"`[^`]*`", "", linea)
        if re.search(r"\[✓\](?![(\[])|\]\s+\[(?:test_|✓)|✓\s*\]\s", limpia):
            lugar = pagina.texto[numero][1] or lugar_de(pagina, linea)
            yield Problema(
                lugar, "una marca mal escrita", "escríbela así: [✓][test_…]."
            )


def contar(rutas: list[Path]) -> int:
    """Imprime los problemas de unas páginas, lo que dicen sus figuras y su recuento.

    Returns:
        1 si hay algún problema; si no, 0.
    """
    total = 0
    for ruta in rutas:
        pagina = leer_pagina(ruta)
        hallados = problemas(pagina)
        total += len(hallados)
        print(*hallados, sep="\n\n")
        for figura in evidencias.figuras_en(pagina, range(len(pagina.texto))):
            if hechos := evidencias.de_figura(figura):
                print(f"\n{figura.name} dice:\n{hechos}")
        clases = [c.clase for u in prosa(pagina) for c in clasificar(u)]
        cuenta = ", ".join(f"{n} {clase}" for clase, n in Counter(clases).items())
        print(f"\n{relativa(ruta)}: {len(hallados)} problemas; frases: {cuenta}")
    return int(total > 0)
