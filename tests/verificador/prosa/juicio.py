"""Lo que se puede juzgar de la prosa de una página, sin ejecutar nada."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from verificador.pagina import Pagina, leer_pagina
from verificador.problemas import Problema
from verificador.prosa import evidencias, letras, nombres, pruebas, valores
from verificador.prosa.clases import ENUNCIADO, Clasificada, clasificar
from verificador.prosa.lectura import CON_ETIQUETA, lineas_propias, prosa
from verificador.prosa.marcas import FUENTES, Clase, Marca
from verificador.prosa.unidades import Tipo, Unidad
from verificador.rutas import DOCS, Origen, relativa

LAS_FUENTES = DOCS / "referencia" / "fuentes.md"
PORTADA = DOCS / "index.md"
DE_EJEMPLO = re.compile(r"\d|[\"']")
PRUEBALO = ("pruebalo", "variacion")
CIFRA = re.compile(r"(?<![\w.])\d[\d.,]*(?:\s*%)?")
NOMBRES_CON_CIFRA = re.compile(
    r"[Ee]jercicio \d+|Prefect [123]\b|Airflow [23]\b|Python 3\b|Apache 2\.0|UTF-8"
)
# Lo que un pie afirma de la figura con palabras, y lo que tiene que decir la figura.
DICHO_EN_UN_PIE = {
    r"a la vez|en paralelo|junt[ao]s": "a la vez",
    r"una (?:tras|detrás de) otra|en fila|por turnos": "una tras otra",
    r"discontinua": "⇢",
    r"[Cc]aché": "aché",
}
SIN_CLASE = (
    'acaba la frase con su prueba, [✓](#sección "texto") o [✓][test_…], con su fuente, '
    "[doc](…/fuentes.md#…), o con <!--consejo--> si no afirma nada; mejor aún, quítala."
)


def problemas(pagina: Pagina) -> list[Problema]:
    """Lo que la prosa de una página afirma sin sostenerlo."""
    halladas = prosa(pagina)
    if pagina.ruta == LAS_FUENTES:
        return list(fuentes_rotas(pagina))
    frases = [c for unidad in halladas for c in clasificar(unidad)]
    hallados = [p for c in frases for p in de_una_frase(pagina, c)]
    for unidad in halladas:
        hallados += [p for marca in marcas(unidad) for p in de_una_marca(pagina, marca)]
        hallados += de_codigos(pagina, unidad)
        if unidad.tipo is Tipo.PIE:
            hallados += de_un_pie(pagina, unidad)
    return [*hallados, *sin_hacer(pagina, halladas), *sueltas(pagina, halladas)]


def marcas(unidad: Unidad) -> list[Marca]:
    return [marca for frase in unidad.frases for marca in frase.marcas]


def de_una_frase(pagina: Pagina, c: Clasificada) -> Iterator[Problema]:
    """La frase que no tiene clase, y los números que nadie ata."""
    lugar = lugar_de(pagina, str(c.frase))
    if c.clase is None and c.tipo is not Tipo.TITULO:
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
        que = f"«{sueltos[0].strip()}» está escrito a mano en «{c.frase}»"
        remedio = "átalo a lo que lo dice: [número][archivo: texto con #], o quítalo."
        yield Problema(lugar, que, remedio)


def de_una_marca(pagina: Pagina, marca: Marca) -> Iterator[Problema]:
    """La marca que no dice la verdad, o no lleva a ningún sitio."""
    escrita = marca.texto or marca.destino or marca.clase
    lugar = Origen(pagina.ruta, linea_con(pagina.ruta, escrita))
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
    elif marca.clase is Clase.FUENTE and not fuente_citada(marca):
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


def fuente_citada(marca: Marca) -> bool:
    """Si una fuente está en la página de fuentes, con dirección y fecha."""
    hallada = FUENTES.search(marca.destino)
    return bool(hallada) and vale_como_fuente(fuentes().get(hallada["ancla"], ""))


def fuentes() -> dict[str, str]:
    """Lo que dice cada apartado de la página de fuentes, por su ancla."""
    trozos = re.split(r"^### ", LAS_FUENTES.read_text("utf-8"), flags=re.MULTILINE)
    anclas = (re.search(r"\{ #([\w-]+) \}", trozo) for trozo in trozos[1:])
    pares = zip(anclas, trozos[1:], strict=True)
    return {ancla[1]: trozo for ancla, trozo in pares if ancla}


def vale_como_fuente(apartado: str) -> bool:
    """Si un apartado dice dónde y cuándo se ha leído."""
    con_fecha = re.search(r"Consultada el \d+ de \w+ de 20\d\d\.", apartado)
    return "](http" in apartado and bool(con_fecha)


def fuentes_rotas(pagina: Pagina) -> Iterator[Problema]:
    """Las fuentes sin dirección o sin fecha."""
    for ancla, apartado in fuentes().items():
        if not vale_como_fuente(apartado):
            lugar = Origen(pagina.ruta, linea_con(pagina.ruta, f"#{ancla}"))
            remedio = "añade su enlace y «Consultada el … de … de 20…»."
            yield Problema(
                lugar, f"la fuente «{ancla}» no dice dónde ni cuándo", remedio
            )


def de_codigos(pagina: Pagina, unidad: Unidad) -> Iterator[Problema]:
    """El código en línea que no nombra nada que exista."""
    todas = [*marcas(unidad), unidad.hereda]
    citadas = [m.destino for m in todas if m and m.clase is Clase.PRUEBA]
    for c in clasificar(unidad):
        if c.clase is Clase.FUENTE:
            continue
        for codigo in c.frase.codigos:
            if unidad.seccion == ENUNCIADO and DE_EJEMPLO.search(codigo):
                continue  # un valor con el que se pide que algo pase: lo usa el calificador
            if not nombres.existe(codigo, pagina, citadas):
                lugar = lugar_de(pagina, f"`{codigo}`")
                que = f"`{codigo}` no está en la página, en snippets/, en los datos ni en Prefect"
                yield Problema(
                    lugar,
                    que,
                    "corrígelo; si existe fuera, decláralo en excepciones.toml.",
                )


def de_un_pie(pagina: Pagina, unidad: Unidad) -> Iterator[Problema]:
    """El pie que no dice lo que se ve en su figura."""
    texto = " ".join(map(str, unidad.frases))
    lugar = lugar_de(pagina, texto)
    figura = figura_del_pie(pagina, lugar)
    if figura is None:
        return
    hechos = evidencias.de_figura(figura)
    citado = [m.texto for m in marcas(unidad) if m.clase is Clase.BLOQUE]
    propios = "\n".join(t for t in citado if nombres.buscado(t).search(hechos))
    if not propios:
        que = f"el pie «{texto}» no cita nada de su figura"
        remedio = 'cítalo así: [✓](#sección "a → b"). La figura dice:\n' + hechos
        yield Problema(lugar, que, remedio)
        return
    codigos = {c for f in unidad.frases for c in f.codigos}
    for nombre in sorted(codigos & evidencias.nombres_de(figura)):
        if not nombres.buscado(nombre).search(propios):
            que = f"el pie habla de `{nombre}` y no cita lo que la figura dice de ello"
            yield Problema(lugar, que, f"cita uno de estos hechos:\n{hechos}")
    for dicho, hecho in DICHO_EN_UN_PIE.items():
        if re.search(dicho, texto) and hecho not in propios:
            que = f"el pie dice «{re.search(dicho, texto)[0]}» y no cita un hecho con «{hecho}»"
            yield Problema(
                lugar, que, f"cita uno de estos, o corrige el pie:\n{hechos}"
            )


def figura_del_pie(pagina: Pagina, lugar: Origen) -> Path | None:
    """El último dibujo antes de una línea de la página."""
    ultimo = None
    for _, origen in pagina.texto:
        if origen and origen.archivo == pagina.ruta and origen.linea >= lugar.linea:
            break
        if origen and origen.archivo.name.endswith((".grafo.svg", ".cronograma.svg")):
            ultimo = origen.archivo
    return ultimo


def sin_hacer(pagina: Pagina, halladas: list[Unidad]) -> Iterator[Problema]:
    """Lo que la página propone probar sin que ninguna prueba lo haga."""
    for unidad in halladas:
        if unidad.seccion not in PRUEBALO or unidad.tipo is not Tipo.ELEMENTO:
            continue
        clases = {marca.clase for marca in marcas(unidad)}
        if not clases & {Clase.PRUEBA, Clase.SIN_PRUEBA}:
            lugar = lugar_de(pagina, str(unidad.frases[0]))
            que = f"ninguna prueba hace lo que propone «{unidad.frases[0]}»"
            yield Problema(
                lugar, que, "escríbela en tests/paginas/ y cítala: [✓][test_…]."
            )


def sueltas(pagina: Pagina, halladas: list[Unidad]) -> Iterator[Problema]:
    """Las marcas mal escritas, que se publicarían tal cual."""
    for numero, linea in enumerate(lineas_propias(pagina)):
        limpia = re.sub(r"`[^`]*`", "", linea)
        if re.search(r"\[✓\](?![(\[])|\]\s+\[(?:test_|✓)|✓\s*\]\s", limpia):
            lugar = pagina.texto[numero][1] or lugar_de(pagina, linea)
            yield Problema(
                lugar, "una marca mal escrita", "escríbela así: [✓][test_…]."
            )


def lugar_de(pagina: Pagina, *textos: str) -> Origen:
    """La línea de la página donde está un texto; la primera, si no se encuentra."""
    lineas = pagina.ruta.read_text("utf-8").splitlines()
    for texto in textos:
        limpio = re.sub(r"\s+", " ", texto).strip()
        for largo in (len(limpio), 40, 20):
            for numero, linea in enumerate(lineas, 1):
                if limpio[:largo] and limpio[:largo] in sin_adornos(linea):
                    return Origen(pagina.ruta, numero)
    return Origen(pagina.ruta, 1)


def linea_con(ruta: Path, texto: str) -> int:
    """La primera línea del archivo que dice un texto tal cual; la primera, si ninguna."""
    lineas = ruta.read_text("utf-8").splitlines()
    return next((n for n, linea in enumerate(lineas, 1) if texto in linea), 1)


def sin_adornos(linea: str) -> str:
    """Una línea de Markdown casi como se lee: sin negritas y con el texto de sus enlaces."""
    linea = re.sub(r"\[✓\](?:\([^)]*\)|\[[^\]]*\])|<!--.*?-->", "", linea)
    linea = CON_ETIQUETA.sub(r"\g<texto>", linea)
    return re.sub(r"\[([^\[\]]+)\]\([^)]*\)", r"\1", linea).replace("*", "")


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
