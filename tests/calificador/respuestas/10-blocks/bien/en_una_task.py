import hmac
import os
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.blocks.core import Block
from prefect.blocks.system import Secret

DATOS = Path(__file__).resolve().parents[3].joinpath("data")


class Claves:
    nombre = "clave-de-firma"

    def renovar(self):
        Secret(value=os.environ["CLAVE_DE_FIRMA"]).save(self.nombre, overwrite=True)

    def leer(self):
        return Block.load("secret/" + self.nombre).get()


@task
def firma(ruta: Path) -> str:
    clave = Claves().leer().encode("utf-8")
    return hmac.new(clave, ruta.read_bytes(), "sha256").hexdigest()


@flow
def main(ruta: Path) -> None:
    (DATOS / "output").mkdir(exist_ok=True)
    (DATOS / "output" / "ventas.firma").write_text(firma(ruta) + "\n")
    get_run_logger().info("hecho")


if __name__ == "__main__":
    Claves().renovar()
    main(DATOS / "ventas.csv")
