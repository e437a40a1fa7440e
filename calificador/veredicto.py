"""El veredicto: los puntos que pide un ejercicio y lo que impide seguir."""

from dataclasses import dataclass, field
from typing import NamedTuple

from calificador.ejercicios import Ejercicio
from motor.ejecuciones import Flujo


@dataclass(frozen=True)
class Punto:
    """Algo que el ejercicio pide.

    Attributes:
        clave: su nombre corto; el de las respuestas de las pruebas que lo incumplen.
        que: lo que se pide, como se le dice a quien ya lo tiene.
        bien: si está.
        falta: si no está, qué se ha visto y qué hacer.
        pagina: dónde se explica, como `tutorial/combinar-tasks#map`.
        por_el_log: si depende de que lo impreso llegue al log.
    """

    clave: str
    que: str
    bien: bool
    falta: str = ""
    pagina: str = ""
    por_el_log: bool = False


class Indicio(NamedTuple):
    """Una causa, o un aviso: qué hacer y dónde se explica."""

    consejo: str
    pagina: str


class Tropiezo(Exception):
    """Algo impide seguir: el archivo falta, no se entiende, no termina…

    Attributes:
        que: qué pasa, en una línea.
        consejo: qué hacer.
        pagina: dónde se explica, como `tutorial/reintentos#agotados`.
    """

    def __init__(self, que: str, consejo: str = "", pagina: str = "") -> None:
        super().__init__(que)
        self.que, self.consejo, self.pagina = que, consejo, pagina


@dataclass
class Correccion:
    """El resultado de corregir un ejercicio.

    Attributes:
        ejercicio: cuál.
        puntos: lo que se ha comprobado, hasta lo primero que falta.
        tropiezo: lo que ha impedido seguir, si es el caso.
        programa: el archivo que se ha corregido, tal como estaba.
        flujos: lo que ejecutó, cada vez que se ejecutó.
        avisos: si aprueba, lo que otro día podría salirle mal; no le resta nada.
    """

    ejercicio: Ejercicio
    puntos: list[Punto] = field(default_factory=list)
    tropiezo: Tropiezo | None = None
    programa: bytes = b""
    flujos: list[Flujo] = field(default_factory=list)
    avisos: list[Indicio] = field(default_factory=list)

    @property
    def aprobado(self) -> bool:
        return not self.tropiezo and all(punto.bien for punto in self.puntos)
