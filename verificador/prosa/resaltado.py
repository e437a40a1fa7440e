"""Las líneas que se resaltan en un programa o una salida: las nombra una marca, no un número.

`<!--pytest.mark.resalta("retries=3", "if fallidas: … return total")-->` resalta la línea que
contiene lo primero y, de lo segundo, las que van de una a otra. Los números de `hl_lines`,
que es lo que entiende la web, los escribe «make salidas».
"""

import re
from collections.abc import Iterator

from verificador.bloques import Bloque
from verificador.pagina import Pagina
from verificador.problemas import Problema

ENTRE = " … "
HL_LINES = re.compile(r'hl_lines="(?P<lineas>[^"]*)"')


class NoEsta(Exception):
    """El programa o la salida no tiene lo que se quiere resaltar."""


def lineas_de(bloque: Bloque) -> str:
    """Los números de las líneas que nombra la marca de un bloque, como los pide la web.

    Raises:
        NoEsta: si alguna no está.
    """
    lineas = bloque.resaltable.codigo.split("\n")
    numeros: set[int] = set()
    for patron in bloque.marcas["resalta"].args:
        principio, _, final = patron.partition(ENTRE)
        for desde in con_el_texto(lineas, principio):
            siguientes = (
                [n for n in con_el_texto(lineas, final) if n > desde] if final else []
            )
            if final and not siguientes:
                raise NoEsta(f"tras «{principio}» no está «{final}»")
            numeros |= set(range(desde, (siguientes or [desde])[0] + 1))
    return en_tramos(sorted(numeros))


def con_el_texto(lineas: list[str], texto: str) -> list[int]:
    """Los números, desde 1, de las líneas que son un texto o, si ninguna lo es, lo contienen.

    Raises:
        NoEsta: si no hay ninguna.
    """
    iguales = [n for n, linea in enumerate(lineas, 1) if linea.strip() == texto]
    hallados = iguales or [n for n, linea in enumerate(lineas, 1) if texto in linea]
    if not hallados:
        raise NoEsta(f"ninguna línea dice «{texto}»")
    return hallados


def en_tramos(numeros: list[int]) -> str:
    """`[3, 4, 8]` como `3-4 8`."""
    tramos: list[list[int]] = []
    for numero in numeros:
        if tramos and numero == tramos[-1][-1] + 1:
            tramos[-1].append(numero)
        else:
            tramos.append([numero])
    return " ".join(f"{t[0]}-{t[-1]}" if len(t) > 1 else str(t[0]) for t in tramos)


def problemas(pagina: Pagina) -> Iterator[Problema]:
    """Lo que se resalta sin decir por qué, o no es lo que dice la marca."""
    for bloque in pagina.bloques:
        resaltable = bloque.resaltable if "resalta" in bloque.marcas else None
        for valla in filter(None, (bloque.valla, bloque.salida)):
            if valla.resaltado and valla is not resaltable:
                que = f'hl_lines="{valla.resaltado}" son números escritos a mano'
                remedio = 'nombra las líneas: <!--pytest.mark.resalta("texto de la línea")-->.'
                yield Problema(valla.origen, que, remedio)
        if resaltable is None:
            continue
        try:
            pedido = lineas_de(bloque)
        except NoEsta as error:
            remedio = "cita un texto del programa o de la salida."
            yield Problema(bloque.marcas["resalta"].origen, str(error), remedio)
            continue
        if resaltable.resaltado != pedido:
            escrito = f'se resalta hl_lines="{resaltable.resaltado}"'
            que = f'{escrito} y lo que nombra la marca es "{pedido}"'
            yield Problema(resaltable.origen, que, "«make salidas» lo escribe.")


def renovar(pagina: Pagina, lineas: list[str]) -> None:
    """Escribe en las líneas de una página los números que nombran sus marcas."""
    for bloque in pagina.bloques:
        if "resalta" in bloque.marcas:
            numero = bloque.resaltable.origen.linea - 1
            try:
                nuevo = f'hl_lines="{lineas_de(bloque)}"'
            except NoEsta:
                continue  # lo dice el juicio de la página
            if HL_LINES.search(lineas[numero]):
                lineas[numero] = HL_LINES.sub(nuevo, lineas[numero])
            else:
                lineas[numero] = f"{lineas[numero].rstrip()} {nuevo}"
