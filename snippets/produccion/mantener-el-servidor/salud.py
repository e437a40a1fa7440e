"""Pregunta al servidor si está en marcha y si puede trabajar."""

import httpx
from prefect.settings import get_current_settings


def comprobar() -> bool:
    """Imprime lo que dicen sus dos direcciones de salud, y si las dos dicen que sí."""
    api = get_current_settings().api.url
    if not api:
        raise SystemExit("Falta PREFECT_API_URL: no sé a qué servidor preguntar.")
    codigos = []
    for ruta in ("health", "ready"):
        try:
            respuesta = httpx.get(f"{api}/{ruta}", timeout=5)
        except httpx.TransportError as error:
            raise SystemExit(f"{ruta}: no contesta ({error})") from None
        print(f"{ruta}: {respuesta.status_code} {respuesta.text}")
        codigos.append(respuesta.status_code)
    return codigos == [200, 200]


if __name__ == "__main__":
    raise SystemExit(0 if comprobar() else 1)
