"""Lo que una página declara de cada captura de la interfaz de Prefect.

Dice a dónde ir, qué pulsar y qué debe verse en la foto. Va en la cabecera de la página.
"""

from pydantic import BaseModel, Field, ValidationError

from motor.prefect_por_dentro import INTERFAZ

TEMAS = {"claro": "light", "oscuro": "dark"}


class CapturaRota(Exception):
    """Una captura mal declarada, o que no enseña lo que la página dice que enseña."""


class Captura(BaseModel, frozen=True, extra="forbid"):
    """Lo que una página declara de una captura.

    Attributes:
        nombre: el de sus archivos.
        alt: el texto para quien no ve la imagen.
        ruta: la de la interfaz; puede llevar huecos, como `{flow_run}`.
        visible: selectores de Playwright de lo que debe verse entero en la foto.
        ventana: su ancho y su alto, en píxeles CSS.
        pulsa: selectores de lo que se pulsa, en orden, antes de mirar.
        recorte: selector del trozo que se fotografía; si casa con varios elementos, el
            rectángulo que los abarca. Sin él, la ventana entera.
    """

    nombre: str
    alt: str = Field(min_length=20)
    ruta: str = Field(pattern="^/")
    visible: list[str] = Field(min_length=1)
    ventana: tuple[int, int]
    pulsa: list[str] = []
    recorte: str | None = None

    @classmethod
    def desde_yaml(cls, nombre: str, datos: object) -> "Captura":
        """La captura que declara la cabecera de una página.

        Raises:
            CapturaRota: si falta un campo, sobra, o no es lo que debe ser.
        """
        try:
            return cls.model_validate({"nombre": nombre, **dict(datos)})
        except (TypeError, ValueError) as error:
            raise CapturaRota(explicar(nombre, error)) from None

    def direccion(self, base_url: str, valores: dict[str, str]) -> str:
        """La URL completa, con los huecos de la ruta rellenos.

        Raises:
            CapturaRota: si la ruta pide un valor que no se ha dado.
        """
        try:
            return f"{base_url}{INTERFAZ}{self.ruta.format(**valores)}"
        except KeyError as falta:
            raise CapturaRota(
                f"la captura «{self.nombre}» va a {self.ruta} y nadie da {falta}"
            ) from None


def explicar(nombre: str, error: Exception) -> str:
    """Qué campos de una declaración están mal."""
    quien = f"la captura «{nombre}»"
    if not isinstance(error, ValidationError):
        return f"{quien} debe ser una lista de «campo: valor»"
    quejas = [
        f"{'.'.join(map(str, queja['loc']))} ({queja['msg']})"
        for queja in error.errors()
    ]
    return f"{quien} está mal declarada: {'; '.join(quejas)}"
