"""Qué contesta el servidor a quien no trae la contraseña y a quien sí."""

import httpx
from prefect.settings import get_current_settings

PETICIONES = (
    ("GET", "/api/health", "si está en marcha"),
    ("GET", "/api/ready", "si llega a su base de datos"),
    ("GET", "/docs", "la documentación de la API"),
    ("GET", "/ui-settings", "los ajustes de la interfaz"),
    ("GET", "/api/admin/version", "su versión"),
    ("POST", "/api/flow_runs/filter", "las ejecuciones"),
    ("POST", "/api/block_documents/filter", "los blocks"),
)


def preguntar() -> None:
    """Hace cada petición dos veces y compara los códigos de respuesta."""
    api = get_current_settings().api
    if not (api.url and api.auth_string):
        raise SystemExit("Faltan PREFECT_API_URL o PREFECT_API_AUTH_STRING.")
    servidor = api.url.removesuffix("/api")
    usuario, _, contrasena = api.auth_string.get_secret_value().partition(":")
    con = httpx.BasicAuth(usuario, contrasena)
    print("sin  con")
    for metodo, ruta, que in PETICIONES:
        pedir = {"POST": {"json": {}}}.get(metodo, {})
        respuestas = [
            httpx.request(metodo, servidor + ruta, auth=quien, **pedir)
            for quien in (None, con)
        ]
        codigos = "  ".join(str(r.status_code) for r in respuestas)
        print(f"{codigos}  {metodo} {ruta}: {que}")


if __name__ == "__main__":
    preguntar()
