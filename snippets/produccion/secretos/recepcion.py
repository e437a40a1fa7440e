"""La recepción de la central, de prácticas: solo admite a quien da la última clave."""

import secrets
from pathlib import Path
from uuid import uuid4

RAIZ = Path(__file__).resolve().parents[3]
CLAVE = RAIZ / "data" / "output" / "central.clave"


def renovar() -> None:
    """Inventa otra clave, que deja de admitir la anterior, y la escribe donde solo la lees tú."""
    CLAVE.parent.mkdir(parents=True, exist_ok=True)
    CLAVE.unlink(missing_ok=True)
    CLAVE.touch(mode=0o600)
    CLAVE.write_text(str(uuid4()))


def recibir(informe: str, clave: str) -> str:
    """Devuelve el acuse de recibo, o se niega."""
    if not secrets.compare_digest(clave, CLAVE.read_text()):
        raise PermissionError("la central no admite esa clave")
    return f"recibido: {informe}"


if __name__ == "__main__":
    renovar()
    print(f"La central espera otra clave, la de {CLAVE.name}")
