"""Lo que la página publica de lo medido: las tablas, las gráficas y sus números."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from motor.rutas import DOCS, SNIPPETS
from verificador import libro
from verificador.banco.resultados import Resultados, redondear
from verificador.escritura import escribir_juntos
from verificador.figuras import grafica
from verificador.figuras.clases import ClaseDeFigura, nombre_de
from verificador.figuras.grafica import Marca
from verificador.pagina import leer_pagina
from verificador.prosa import renovar

CARPETA = SNIPPETS / "escala" / "medir"
PAGINA = DOCS / "escala" / "medir.md"
ARCHIVO = "resultados.json"
SALIDA_DEL_CRUCE = "cruce.txt"
QUIENES_SE_CRUZAN = ("directo", "procesos", "dask")
ARRANQUE = "arranque"


def contar(filas: int) -> str:
    """Un número de filas como se lee."""
    if filas >= 1_000_000:
        return f"{filas / 1_000_000:g} millones"
    return f"{filas / 1000:g} mil" if filas >= 10_000 else str(filas)


def titulo(medido: Resultados, filas: int) -> str:
    """Cómo se llama un tamaño; el menor es solo el arranque."""
    if filas == medido.tamanos[0]:
        return ARRANQUE
    return f"{contar(filas)}{' de' if filas >= 1_000_000 else ''} filas"


def marcas(medido: Resultados, nombre: str) -> list[Marca]:
    """Lo que dibuja cada gráfica, por su nombre."""
    return list(GRAFICAS[nombre](medido))


def de_tiempos(medido: Resultados) -> Iterator[Marca]:
    for filas in medido.tamanos:
        for motor in medido.motores:
            segundos = medido.medida(motor, filas).segundos
            yield Marca(titulo(medido, filas), motor, segundos, "s")


def de_memoria(medido: Resultados) -> Iterator[Marca]:
    for filas in (medido.tamanos[0], medido.tamanos[-1]):
        for motor in medido.motores:
            memoria = medido.medida(motor, filas).memoria_mb
            yield Marca(titulo(medido, filas), motor, memoria, "MB")


def de_cruce(medido: Resultados) -> Iterator[Marca]:
    for filas in medido.tamanos:
        for motor in QUIENES_SE_CRUZAN:
            segundos = medido.medida(motor, filas).segundos
            yield Marca(titulo(medido, filas), motor, segundos, "s", filas)


GRAFICAS = {
    "tiempos": de_tiempos,
    "memoria": de_memoria,
    "cruce": de_cruce,
}


def tabla(cabecera: Sequence[str], filas: Sequence[Sequence[object]]) -> str:
    """Una tabla Markdown: la primera columna, nombres; las demás, números."""
    lineas = [cabecera, [":--", *["--:"] * (len(cabecera) - 1)], *filas]
    return "".join(f"| {' | '.join(map(str, celdas))} |\n" for celdas in lineas)


def tabla_de_recursos(medido: Resultados) -> str:
    """Lo que gasta cada motor con más filas."""
    memoria = f"Memoria ({medido.como['memoria']})"
    cabecera = ["Con más filas", "Filas por segundo", "CPU", memoria, "Procesos"]
    filas = []
    for motor in medido.motores:
        suya = medido.medida(motor, medido.tamanos[-1])
        ritmo = contar(int(redondear(suya.filas_por_segundo)))
        gasto = [f"{suya.cpu_s:g} s", f"{suya.memoria_mb:g} MB", suya.procesos]
        filas.append([f"`{motor}`", ritmo, *gasto])
    return tabla(cabecera, filas)


def tabla_de_tasks(medido: Resultados) -> str:
    """Lo que tardan las tasks vacías."""
    cabecera = ["Con", "Elementos", "Task runs", "Segundos", "CPU"]
    filas = [
        [f"`{t.forma}`", t.elementos, t.task_runs, f"{t.segundos:g}", f"{t.cpu_s:g} s"]
        for t in medido.tandas
    ]
    return tabla(cabecera, filas)


def ficha_de_la_maquina(medido: Resultados) -> str:
    """Con qué, cuándo y cómo se midió, en una tabla."""
    como = medido.como
    suya = medido.maquina
    equipo = f"{suya['sistema']}, {suya['núcleos']} núcleos, {suya['memoria_gb']} GB"
    versiones = ", ".join(f"{nombre} {v}" for nombre, v in medido.versiones.items())
    filas = [
        ["Fecha", medido.fecha],
        ["Máquina", equipo],
        ["Versiones", versiones],
        ["Servidor", como["servidor"]],
        ["Memoria", f"{como['memoria']}, mirada cada {como['periodo_s']:g} s"],
        ["Repeticiones", como["repeticiones"]],
        ["Disco", f"{redondear(max(medido.disco_mb.values())):g} MB, que se borran"],
    ]
    return "| Qué | Cuál |\n| :-- | :-- |\n" + "".join(
        f"| {nombre} | {valor} |\n" for nombre, valor in filas
    )


TABLAS = {
    "recursos.md": tabla_de_recursos,
    "tasks.md": tabla_de_tasks,
    "maquina.md": ficha_de_la_maquina,
}


def generados(medido: Resultados, cruce: str) -> dict[Path, bytes]:
    """Todo lo que sale de una ejecución del banco, con su texto.

    Args:
        medido: lo medido.
        cruce: lo que imprime `cruce.py` con ello.

    Raises:
        HerramientaAusente: si no se puede dibujar.
    """
    textos = {ARCHIVO: medido.publicar(), SALIDA_DEL_CRUCE: cruce}
    textos |= {nombre: hacer(medido) for nombre, hacer in TABLAS.items()}
    textos |= {
        f"{nombre}{ClaseDeFigura.GRAFICA}": grafica.dibujar(marcas(medido, nombre))
        for nombre in GRAFICAS
    }
    return {CARPETA / nombre: texto.encode() for nombre, texto in textos.items()}


def de_figura(figura: Path) -> list[Marca]:
    """Lo que tiene que decir una gráfica, según lo medido que hay a su lado."""
    return marcas(Resultados.leer(figura.with_name(ARCHIVO)), nombre_de(figura))


def publicar(nuevos: dict[Path, bytes], pagina: Path = PAGINA) -> None:
    """Pone al día los archivos, los números de la página y lo que se cuenta de ella: o nada.

    Raises:
        PaginaRota: si la página no se puede leer; todo queda como estaba.
        OSError: si algo no se puede escribir; todo queda como estaba.
    """
    antes = {ruta: ruta.read_bytes() for ruta in (*nuevos, pagina) if ruta.exists()}
    escribir_juntos(nuevos)
    try:
        renovar.renovar(leer_pagina(pagina))
        libro.escribir_generadas()
    except BaseException:  # también Ctrl+C
        escribir_juntos(antes)
        for ruta in nuevos.keys() - antes.keys():
            ruta.unlink()
        raise
