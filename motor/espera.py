"""La única manera de esperar: mirar si algo ha ocurrido, y no dormir a ciegas."""

import time
from collections.abc import Callable

MIRADA_S = 0.02


def esperar(
    listo: Callable[[], bool], limite_s: float, cada_s: float = MIRADA_S
) -> bool:
    """Espera a que algo ocurra.

    Args:
        listo: si ya ha ocurrido; se mira al menos una vez.
        limite_s: lo que se espera, en segundos.
        cada_s: cada cuánto se mira, en segundos.

    Returns:
        Si ocurrió a tiempo.
    """
    limite = time.monotonic() + limite_s
    while not listo():
        if time.monotonic() > limite:
            return False
        time.sleep(cada_s)
    return True
