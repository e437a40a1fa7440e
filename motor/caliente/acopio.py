"""Lo que todos los programas harían igual nada más empezar, hecho una vez para todos.

Cada programa nace con su propia copia: que la use o la cambie no lo nota ningún otro.
"""

import os
import ssl
from functools import wraps

import certifi
from pydantic import BaseModel

CONTEXTOS = 4  # los que crea un flow, con holgura


def completar_modelos() -> None:
    """Construye lo que pydantic deja para cuando alguien use cada modelo (`defer_build`).

    Lo piden los de Prefect, en prefect/_internal/schemas/bases.py.
    """
    modelos = BaseModel.__subclasses__()
    while modelos:
        modelo = modelos.pop()
        modelos += modelo.__subclasses__()
        if not modelo.__pydantic_complete__:
            modelo.model_rebuild(raise_errors=False)


def preparar_contextos() -> None:
    """Lee ya los certificados con los que cada cliente de Prefect comprueba los de los demás.

    Son más de cien, y cada programa los leería dos veces, aunque su servidor no use TLS.
    Fuente: prefect/client/orchestration/__init__.py.
    """
    crear = ssl.create_default_context
    archivo = os.environ.get("SSL_CERT_FILE") or certifi.where()
    hechos = [crear(cafile=archivo) for _ in range(CONTEXTOS)]

    @wraps(crear)
    def entregar(*argumentos: object, **opciones: object) -> ssl.SSLContext:
        corriente = not argumentos and opciones == {"cafile": archivo}
        if hechos and corriente and "SSLKEYLOGFILE" not in os.environ:
            return hechos.pop()
        return crear(*argumentos, **opciones)

    ssl.create_default_context = entregar
