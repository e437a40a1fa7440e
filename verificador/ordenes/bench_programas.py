"""Lo que cuesta cada programa de la guía, aquí y con `python programa.py` en frío.

Uso: python -m verificador.ordenes.bench_programas [página.md …]

Sin páginas, todas las que no dejan servicios.

Repasa cada página dos veces seguidas: con el intérprete caliente, y como quien teclea la
orden en su terminal por primera vez. Imprime los
segundos de cada orden `python …` y su razón. No es una prueba: no falla por lenta.
"""

import sys
import tempfile
import time
from pathlib import Path

from motor.rutas import DOCS
from verificador.pagina import Pagina, leer_pagina
from verificador.repaso import Repaso
from verificador.taller import Taller, TallerFrio


def cronometrar(taller: Taller, pagina: Pagina) -> dict[str, float]:
    """Los segundos de cada orden `python …` de una página."""
    segundos = {}
    repaso = Repaso(pagina, taller)
    for bloque in pagina.bloques:
        if bloque.clase == "ilustrativo":
            continue
        inicio = time.perf_counter()
        repaso.actuar(bloque)
        if bloque.valla.codigo.startswith("python ") and not bloque.valla.titulo:
            segundos[bloque.valla.codigo.strip()] = time.perf_counter() - inicio
    repaso.cerrar()
    return segundos


def medibles(rutas: list[Path]) -> list[Pagina]:
    """Las páginas sin servicios ni instalaciones: las que solo ejecutan programas."""
    leidas = map(leer_pagina, rutas)
    return [p for p in leidas if not any("servicio" in b.marcas for b in p.bloques)]


def main() -> None:
    rutas = [Path(r).resolve() for r in sys.argv[1:]] or sorted(DOCS.rglob("*.md"))
    with tempfile.TemporaryDirectory() as cache:
        caliente, frio = Taller(Path(cache)), TallerFrio(Path(cache))
        try:
            caliente.terminal()  # el arranque, que se paga una vez, no cuenta
            medir(medibles(rutas), caliente, frio)
        finally:
            frio.cerrar()
            caliente.cerrar()


def medir(paginas: list[Pagina], caliente: Taller, frio: Taller) -> None:
    """Imprime una línea por orden y el total."""
    print(f"{'aquí':>7} {'en frío':>8} {'razón':>6}")
    total = [0.0, 0.0]
    for pagina in paginas:
        aqui, en_frio = cronometrar(caliente, pagina), cronometrar(frio, pagina)
        for orden, segundos in aqui.items():
            total = [total[0] + segundos, total[1] + en_frio[orden]]
            imprimir(segundos, en_frio[orden], f"{pagina.ruta.stem}: {orden}")
    imprimir(*total, "total")


def imprimir(aqui: float, en_frio: float, que: str) -> None:
    print(f"{aqui:6.2f}s {en_frio:7.2f}s {en_frio / aqui:5.1f}x  {que}", flush=True)


if __name__ == "__main__":
    main()
