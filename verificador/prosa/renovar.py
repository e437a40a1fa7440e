"""Pone al día, en el texto de una página, los números que no escribe quien la escribe."""

import re

from verificador.escritura import escribir_juntos
from verificador.pagina import Pagina
from verificador.prosa import letras, resaltado, valores
from verificador.prosa.lectura import CON_ETIQUETA
from verificador.prosa.marcas import PROBADO


def renovar(pagina: Pagina) -> bool:
    """Escribe los valores atados que han cambiado y las líneas que se resaltan.

    Returns:
        Si ha cambiado algo.
    """
    antes = pagina.ruta.read_text("utf-8")
    lineas = antes.split("\n")
    resaltado.renovar(pagina, lineas)
    for numero in propias(pagina):
        lineas[numero] = CON_ETIQUETA.sub(lambda v: al_dia(v, pagina), lineas[numero])
    despues = "\n".join(lineas)
    if despues != antes:
        # De una vez: otro proceso de las pruebas puede estar leyéndola.
        escribir_juntos({pagina.ruta: despues.encode()})
    return despues != antes


def propias(pagina: Pagina) -> list[int]:
    """Las líneas del archivo, desde 0, que son prosa."""
    dentro = {n for _, v in pagina.vallas for n in range(v.inicio, v.fin)}
    return [
        origen.linea - 1
        for numero, (_, origen) in enumerate(pagina.texto)
        if numero not in dentro and origen and origen.archivo == pagina.ruta
    ]


def al_dia(hallado: re.Match[str], pagina: Pagina) -> str:
    """Un valor atado, con el número que hoy dice su etiqueta."""
    escrito, etiqueta = hallado["texto"], hallado["etiqueta"]
    if escrito == PROBADO:
        return hallado[0]
    try:
        real = valores.valor(etiqueta, pagina)
    except valores.SinValor:
        return hallado[0]  # lo dice el juicio de la página
    if valores.coincide(escrito, real):
        return hallado[0]
    en_letras = escrito.strip().lower() in letras.NUMEROS
    return f"[{letras.escribir(real) if en_letras else real}][{etiqueta}]"
