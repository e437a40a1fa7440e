"""Crea las claves del servidor: unas se quedan en él y otra es para el equipo."""

import secrets
from pathlib import Path

from cryptography.fernet import Fernet

CARPETA = Path(__file__).parent
SERVIDOR = CARPETA / "servidor.env"
EQUIPO = CARPETA / "equipo.env"


def anotar(archivo: Path, ajustes: dict[str, str]) -> None:
    """Escribe un ajuste por línea donde, en Linux y macOS, solo lo lees tú."""
    archivo.touch(mode=0o600)
    archivo.write_text("".join(f"{n}={valor}\n" for n, valor in ajustes.items()))


def crear() -> None:
    """Una contraseña al azar y una clave de cifrado."""
    if SERVIDOR.exists():
        raise SystemExit(
            f"Ya hay un {SERVIDOR.name}. Con otra clave de cifrado no se podría leer "
            "ningún secreto guardado con la suya: bórralo solo si no quieres ninguno."
        )
    contrasena = f"equipo:{secrets.token_urlsafe(24)}"
    anotar(
        SERVIDOR,
        {
            "PREFECT_SERVER_API_AUTH_STRING": contrasena,
            "PREFECT_SERVER_ENCRYPTION_KEY": Fernet.generate_key().decode(),
        },
    )
    anotar(EQUIPO, {"PREFECT_API_AUTH_STRING": contrasena})
    print(f"{SERVIDOR.name}: se queda en la máquina del servidor")
    print(f"{EQUIPO.name}: para quien ejecute flows")


if __name__ == "__main__":
    crear()
