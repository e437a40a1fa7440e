"""Los pies de las figuras: lo que dicen tiene que verse en su figura."""

import re
from collections.abc import Iterator
from pathlib import Path

from verificador.pagina import Pagina
from verificador.problemas import Problema
from verificador.prosa import evidencias, nombres
from verificador.prosa.lectura import lugar_de
from verificador.prosa.marcas import Clase
from verificador.prosa.unidades import Unidad
from verificador.rutas import Origen

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
        return
    hechos = evidencias.de_figura(figura)
    citado = [m.texto for m in unidad.marcas if m.clase is Clase.BLOQUE]
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
    for dicho, hecho in DICHO.items():
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
