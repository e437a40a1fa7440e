"""Lo que lee el estudiante: qué está bien, qué falta, por qué y dónde se explica."""

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from calificador.correccion import Correccion
from calificador.ejercicios import Ejercicio


def mostrar(consola: Console, correccion: Correccion) -> None:
    """El resultado de un ejercicio."""
    ejercicio = correccion.ejercicio
    consola.print(
        f"\n[bold]{ejercicio.numero}. {ejercicio.titulo}[/] ({ejercicio.archivo})"
    )
    for punto in correccion.puntos:
        marca = "[green]✓[/]" if punto.bien else "[red]✗[/]"
        consola.print(f"  {marca} {escape(punto.que)}")
        if not punto.bien:
            explicar(consola, punto.falta, punto.pagina)
    if tropiezo := correccion.tropiezo:
        consola.print(f"  [red]✗[/] {escape(tropiezo.que)}")
        explicar(consola, tropiezo.consejo, tropiezo.pagina)


def explicar(consola: Console, consejo: str, pagina: str) -> None:
    """Qué hacer con lo que falta, y la página que lo cuenta."""
    if consejo:
        consola.print(Padding(escape(consejo), (0, 0, 0, 4)))
    if pagina:
        ruta, almohadilla, ancla = pagina.partition("#")
        consola.print(f"    [cyan]Lee:[/] {ruta}/{almohadilla}{ancla}")


def mostrar_progreso(
    consola: Console, ejercicios: list[Ejercicio], hechos: set[str]
) -> None:
    """Cuántos van y cuál toca."""
    pendientes = [e for e in ejercicios if e.nombre not in hechos]
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
    """Todos los ejercicios, con lo que se practica en cada uno."""
    tabla = Table(box=None, header_style="bold")
    for columna in ("", "N.º", "Ejercicio", "Archivo", "Practicas"):
        tabla.add_column(columna)
    for ejercicio in ejercicios:
        tabla.add_row(
            "✓" if ejercicio.nombre in hechos else "",
            str(ejercicio.numero),
            ejercicio.titulo,
            ejercicio.archivo,
            ejercicio.practica,
        )
    consola.print(tabla)


def mostrar_pistas(consola: Console, ejercicio: Ejercicio, cuantas: int) -> None:
    """Las primeras pistas de un ejercicio."""
    for numero, pista in enumerate(ejercicio.pistas[:cuantas], 1):
        consola.print(f"[yellow]Pista {numero}[/] {escape(pista)}")
    if cuantas < len(ejercicio.pistas):
        consola.print(
            f"Hay {len(ejercicio.pistas) - cuantas} más: --pista {cuantas + 1}"
        )
