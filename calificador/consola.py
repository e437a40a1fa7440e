"""Lo que lee el estudiante: qué está bien, qué falta, por qué y dónde se explica."""

from pathlib import Path
from textwrap import indent, wrap

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from calificador.ejercicios import Ejercicio
from calificador.lengua import contar
from calificador.veredicto import Correccion, Punto

SANGRIA = " " * 4


def anunciar(consola: Console, ejercicio: Ejercicio) -> None:
    """Qué ejercicio se va a comprobar."""
    consola.print(
        f"\n[bold]{ejercicio.numero}. {ejercicio.titulo}[/] ({ejercicio.archivo})"
    )


def espera(consola: Console, *, arrancando: bool) -> Status:
    """Un aviso de que se está trabajando; solo se ve en una terminal."""
    que = (
        "Arranco un servidor de Prefect y ejecuto tu programa"
        if arrancando
        else "Ejecuto tu programa"
    )
    return consola.status(f"{que}…")


def bonita(consola: Console) -> bool:
    """Si la terminal tiene todas las letras; algunas de Windows no tienen ✓ ni ←."""
    return consola.encoding.startswith("utf")


def marca(consola: Console, *, bien: bool) -> str:
    """La señal de que algo está o falta."""
    if bien:
        return f"[green]{'✓' if bonita(consola) else 'BIEN:'}[/]"
    return f"[red]{'✗' if bonita(consola) else 'FALTA:'}[/]"


def mostrar_punto(consola: Console, punto: Punto) -> None:
    """Algo que se pide: si está o, si no, qué hacer."""
    consola.print(f"  {marca(consola, bien=punto.bien)} {escape(punto.que)}")
    if not punto.bien:
        explicar(consola, punto.falta, punto.pagina)


def mostrar_tropiezo(consola: Console, correccion: Correccion) -> None:
    """Lo que ha impedido seguir, si es el caso."""
    if tropiezo := correccion.tropiezo:
        consola.print(f"  {marca(consola, bien=False)} {escape(tropiezo.que)}")
        explicar(consola, tropiezo.consejo, tropiezo.pagina)


def mostrar_avisos(consola: Console, correccion: Correccion) -> None:
    """Lo que otro día podría salir mal en un programa que ha aprobado."""
    for aviso in correccion.avisos:
        consola.print("  [yellow]![/] Está todo, pero conviene que cambies algo")
        explicar(consola, *aviso)


def explicar(consola: Console, consejo: str, pagina: str) -> None:
    """Qué hacer con lo que falta, y la página que lo cuenta."""
    if consejo:
        ancho = consola.width - len(SANGRIA)
        lineas = wrap(consejo, ancho, break_on_hyphens=False, break_long_words=False)
        consola.print(indent("\n".join(lineas), SANGRIA), markup=False, soft_wrap=True)
    if pagina:
        ruta, almohadilla, ancla = pagina.partition("#")
        consola.print(f"{SANGRIA}[cyan]Lee:[/] {ruta}/{almohadilla}{ancla}")


def mostrar_progreso(
    consola: Console, ejercicios: list[Ejercicio], hechos: set[str], ultimo: Ejercicio
) -> None:
    """Cuántos van y cuál toca: el primero pendiente desde el último que se ha comprobado."""
    desde = ejercicios.index(ultimo)
    en_orden = ejercicios[desde:] + ejercicios[:desde]
    pendientes = [e for e in en_orden if e.nombre not in hechos]
    consola.print(
        f"\nLlevas {len(ejercicios) - len(pendientes)} de {len(ejercicios)}.", end=" "
    )
    if pendientes:
        consola.print(
            f"El siguiente es el {pendientes[0].numero}: {pendientes[0].titulo}."
        )
    else:
        consola.print("¡Has terminado todos!")


def mostrar_lista(
    consola: Console, ejercicios: list[Ejercicio], hechos: set[str]
) -> None:
    """Todos los ejercicios, con el archivo de cada uno y los que ya están hechos."""
    tabla = Table(box=None, header_style="bold")
    for columna in ("", "N.º", "Ejercicio", "Archivo"):
        tabla.add_column(columna)
    for ejercicio in ejercicios:
        tabla.add_row(
            marca(consola, bien=True) if ejercicio.nombre in hechos else "",
            str(ejercicio.numero),
            ejercicio.titulo,
            ejercicio.archivo,
        )
    consola.print(tabla)


def mostrar_pistas(consola: Console, ejercicio: Ejercicio, cuantas: int) -> None:
    """Las primeras pistas de un ejercicio."""
    for numero, pista in enumerate(ejercicio.pistas[:cuantas], 1):
        consola.print(f"\n[yellow]Pista {numero}.[/] {escape(pista.replace('`', ''))}")
    quedan = len(ejercicio.pistas) - cuantas
    consola.print(
        f"\nHay {quedan} más: --pista {cuantas + 1}" if quedan > 0 else "\nNo hay más."
    )


def mostrar_partida(
    consola: Console,
    copiados: list[str],
    otros: list[str],
    auxiliares: dict[str, int],
    carpeta: Path,
) -> None:
    """Los archivos de partida que se han copiado.

    Args:
        consola: dónde se dice.
        copiados: sus nombres.
        otros: los que ya estaban y son otra cosa, así que el ejercicio no los puede usar.
        auxiliares: de cada archivo que no es un ejercicio, cuál lo usa.
        carpeta: la del estudiante.
    """
    if not copiados:
        dicho = f"Ya tenías todos los archivos en {carpeta}: no he tocado ninguno."
    else:
        cuantos = contar(len(copiados), "archivo", "archivos")
        dicho = f"{cuantos} de partida en {carpeta}"
        for nombre in filter(auxiliares.get, copiados):
            dicho += f"\n{nombre} no es un ejercicio: lo usa el {auxiliares[nombre]}."
    for nombre in otros:
        dicho += (
            f"\nTu {nombre} no es el que usa el ejercicio {auxiliares[nombre]}, y no lo he "
            "tocado: con él, ese ejercicio puede fallar al ejecutarlo tú. Cámbialo de nombre o "
            "de carpeta y pide otra vez --empezar."
        )
    consola.print(dicho, markup=False, soft_wrap=True)
