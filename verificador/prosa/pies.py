"""Los pies de las figuras: lo que dicen tiene que verse en su figura."""

import re
from collections.abc import Iterator
from pathlib import Path

from verificador.figuras.clases import ClaseDeFigura, clase_de
from verificador.origen import Origen
from verificador.pagina import Pagina
from verificador.problemas import Problema
from verificador.prosa import evidencias, nombres
from verificador.prosa.lectura import lugar_de
from verificador.prosa.marcas import Clase, Marca
from verificador.prosa.unidades import Frase, Unidad

# Lo que un pie afirma de la figura con palabras, y lo que tiene que decir la figura.
DICHO = {
    r"a la vez|en paralelo|junt[ao]s": "a la vez",
    r"una (?:tras|detrás de) otra|en fila|por turnos": "una tras otra",
    r"discontinua": "⇢",
    r"[Cc]aché": "aché",
}


def problemas(pagina: Pagina, unidad: Unidad) -> Iterator[Problema]:
    """El pie que no dice lo que se ve en su figura."""
    texto = " ".join(map(str, unidad.frases))
    lugar = lugar_de(pagina, texto)
    figura = figura_del_pie(pagina, lugar)
    if figura is None:
        if evidencias.dibujos(pagina):
            que = f"no se sabe de qué figura es el pie «{texto}»"
            yield Problema(lugar, que, "ponlo justo debajo de su figura.")
        return
    if clase_de(figura) is ClaseDeFigura.GRABACION:
        return  # dice lo mismo que la salida de su orden, y eso ya se compara
    hechos = evidencias.de_figura(figura)
    if not citados(unidad.marcas, hechos):
        que = f"el pie «{texto}» no cita nada de su figura"
        remedio = 'cítalo así: [✓](#sección "a → b"). La figura dice:\n' + hechos
        yield Problema(lugar, que, remedio)
        return
    for tramo in (t for frase in unidad.frases for t in frase.tramos()):
        for que in sin_citar(tramo, figura, citados(tramo.marcas, hechos)):
            remedio = f"cita uno de estos hechos, o corrige el pie:\n{hechos}"
            yield Problema(lugar, que, remedio)


def citados(marcas: list[Marca], hechos: str) -> str:
    """Lo que unas marcas citan de una figura."""
    textos = [m.texto for m in marcas if m.clase is Clase.BLOQUE]
    return "\n".join(t for t in textos if nombres.buscado(t).search(hechos))


def sin_citar(tramo: Frase, figura: Path, propios: str) -> Iterator[str]:
    """Lo que un tramo del pie dice de la figura sin que lo diga lo que cita."""
    for nombre in sorted(set(tramo.codigos) & evidencias.nombres_de(figura)):
        if not nombres.buscado(nombre).search(propios):
            yield f"el pie habla de `{nombre}` y no cita lo que la figura dice de ello"
    for dicho, hecho in DICHO.items():
        if (visto := re.search(dicho, tramo.texto)) and hecho not in propios:
            yield f"el pie dice «{visto[0]}» y no cita un hecho con «{hecho}»"


def figura_del_pie(pagina: Pagina, lugar: Origen) -> Path | None:
    """El último dibujo, o grabación, antes de una línea de la página."""
    con_pie = {*evidencias.LECTORES, ClaseDeFigura.GRABACION}
    ultimo = None
    for _, origen in pagina.texto:
        if origen and origen.archivo == pagina.ruta and origen.linea >= lugar.linea:
            break
        if origen and clase_de(origen.archivo) in con_pie:
            ultimo = origen.archivo
    return ultimo
