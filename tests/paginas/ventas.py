"""Lo que comparten las pruebas de los ETL de ventas: de dónde leen y qué dejan escrito."""

import importlib.util
from pathlib import Path
from types import ModuleType

from verificador.terminal import Terminal

RESULTADO_ANTERIOR = b"el resultado de ayer"


def cargar_modulo(ruta: Path) -> ModuleType:
    """Un programa de la guía, importado desde su archivo."""
    especificacion = importlib.util.spec_from_file_location(ruta.stem, ruta)
    modulo = importlib.util.module_from_spec(especificacion)
    especificacion.loader.exec_module(modulo)
    return modulo


def preparar(terminal: Terminal, *programas: str) -> Terminal:
    """La carpeta del lector con unos programas y un resultado anterior que proteger."""
    for programa in programas:
        terminal.guardar(programa)
    salida(terminal).parent.mkdir()
    salida(terminal).write_bytes(RESULTADO_ANTERIOR)
    return terminal


def entrada(terminal: Terminal) -> Path:
    return terminal.raiz / "data" / "ventas.csv"


def salida(terminal: Terminal) -> Path:
    return terminal.raiz / "data" / "output" / "ventas.parquet"


def comprobar_que_no_ha_tocado_nada(terminal: Terminal) -> None:
    assert salida(terminal).read_bytes() == RESULTADO_ANTERIOR
    assert list(salida(terminal).parent.iterdir()) == [salida(terminal)]
