"""La orden que corrige a una clase: cuenta en la terminal cómo queda cada estudiante."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from calificador.averias import Codigo
from calificador.clase.acta import PAGINA, TABLA, Acta
from calificador.clase.entregas import (
    EntregaRota,
    abierta,
    entregas,
    estudiante,
    resumir,
)
from calificador.clase.notas import Aula, Nota, Resultado, calificar
from calificador.ejercicios import Ejercicio
from calificador.servicio import Servicio


class SinEntregas(Exception):
    """En la carpeta de la clase no hay nadie."""


def corregir_clase(
    consola: Console,
    clase: Path,
    ejercicios: list[Ejercicio],
    al_abrir: Callable[[Servicio], object],
) -> Codigo:
    """Corrige a una clase y escribe sus notas en su carpeta, a medida que se saben.

    Args:
        consola: donde se cuenta.
        clase: su carpeta, con una carpeta o un archivo comprimido por estudiante.
        ejercicios: los que se corrigen.
        al_abrir: recibe cada servicio que haga falta, antes de usarlo.

    Raises:
        SinEntregas: si no hay nadie.
        Averia: si el calificador no puede trabajar.
        OSError: si el sistema no le deja.
    """
    suyas = de_cada_uno(entregas(clase)) if clase.is_dir() else {}
    if not suyas:
        raise SinEntregas
    acta, aula, notas = Acta(clase), Aula(al_abrir), {}
    try:
        for quien, entrega in suyas.items():
            with consola.status(f"Corrijo a {escape(quien)}…"):
                suya = corregir_entrega(quien, entrega, ejercicios, aula, acta)
                notas[quien] = dict(suya)
            decir(consola, resumen(quien, [*notas[quien].values()]))
            acta.publicar(ejercicios, notas)
    finally:
        aula.cerrar()
    decir(
        consola,
        f"\nLas notas están en {clase}: {PAGINA}, para leerlas; {TABLA}, para una hoja de "
        "cálculo.",
    )
    todas = [nota for propias in notas.values() for nota in propias.values()]
    bien = all(nota.resultado == Resultado.BIEN for nota in todas)
    return Codigo.BIEN if bien else Codigo.FALTA


def de_cada_uno(todas: list[Path]) -> dict[str, Path]:
    """Cada entrega con su nombre; el del archivo entero, si hay dos que se llaman igual."""
    veces = Counter(map(estudiante, todas))
    return {
        estudiante(una) if veces[estudiante(una)] == 1 else una.name: una
        for una in todas
    }


def corregir_entrega(
    quien: str, entrega: Path, ejercicios: list[Ejercicio], aula: Aula, acta: Acta
) -> Iterator[tuple[str, Nota]]:
    """La nota de cada ejercicio de un estudiante, según se sabe. Nada de lo suyo se toca.

    Lo ya corregido que no ha cambiado no se repite: una corrección interrumpida sigue por
    donde iba.

    Raises:
        Averia: si el calificador no puede trabajar.
        OSError: si el sistema no le deja.
    """
    try:
        with abierta(entrega) as carpeta:
            huella = resumir(carpeta)
            for ejercicio in ejercicios:
                nota = acta.nota(quien, huella, ejercicio.nombre)
                if not nota:
                    nota = calificar(ejercicio, carpeta, aula)
                    acta.apuntar(quien, huella, ejercicio.nombre, nota)
                yield ejercicio.nombre, nota
    except EntregaRota as error:
        motivo = f"No puedo abrir «{entrega.name}»: {error}"
        for ejercicio in ejercicios:
            yield ejercicio.nombre, Nota(Resultado.SIN_CORREGIR, motivo)


def resumen(quien: str, notas: list[Nota]) -> str:
    """Cómo queda un estudiante, en una línea: «ana: 3 de 12 (1 con algo que falta, …)»."""
    cuantas = {r: sum(nota.resultado == r for nota in notas) for r in Resultado}
    bien = cuantas.pop(Resultado.BIEN)
    otras = ", ".join(f"{c} {DICHO.get(r, r)}" for r, c in cuantas.items() if c)
    return f"{quien}: {bien} de {len(notas)}" + (f" ({otras})" if otras else "")


DICHO = {Resultado.FALTA: "con algo que falta"}


def decir(consola: Console, texto: str) -> None:
    consola.print(texto, markup=False, highlight=False, soft_wrap=True)
