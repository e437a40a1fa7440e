"""Permite `python -m calificador` y, desde cualquier carpeta, `python …/calificador`."""

import os
import sys

try:
    from pathlib import Path

    if not __package__:
        sys.path[0] = str(Path(__file__).resolve().parents[1])

    from calificador.interrupciones import atender_todas

    atender_todas()  # lo que sigue tarda en importarse

    from calificador.ordenes import main

    codigo = main()
except ImportError as error:
    print(
        f"No puedo empezar: {error}.\n"
        "¿Has activado el entorno virtual? Se explica en tutorial/instalacion/#entorno",
        file=sys.stderr,
    )
    codigo = 3  # Codigo.AVERIA, que quizá no se ha podido importar
except KeyboardInterrupt:
    codigo = 130  # Codigo.INTERRUMPIDO
# Sin el cierre de Python, que cambiaría el código: con PYTHONINSPECT, con un flujo que no se
# puede vaciar o con una señal en ese momento.
os._exit(codigo)
