"""Un tipo de block propio: el buzón de la central, con la clave que lo abre."""

import recepcion
from prefect.blocks.core import Block
from pydantic import SecretStr


class Buzon(Block):
    """Quién entrega los informes y con qué clave."""

    remitente: str
    clave: SecretStr

    def entregar(self, informe: str) -> str:
        """Manda el informe y devuelve el acuse de recibo."""
        return recepcion.recibir(informe, self.clave.get_secret_value())
