"""Los ejercicios, tal como los describe `catalogo.toml`: el único sitio que los ordena."""

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from motor.rutas import EJERCICIOS

CATALOGO = Path(__file__).with_name("catalogo.toml")


class EjercicioDesconocido(Exception):
    """Nadie sabe qué ejercicio es ese; el mensaje dice cuáles hay."""


@dataclass(frozen=True)
class Ejercicio:
    """Un ejercicio del catálogo.

    Attributes:
        archivo: el que escribe el estudiante en su carpeta.
        titulo: cómo se llama.
        dificultad: de 1 a 3.
        practica: qué se practica, en una línea.
        lee: la página que conviene leer antes, relativa a docs/ y sin extensión: la que lo
            propone al acabar.
        usa: la sección con la que se resuelve, si está en otra página.
        pistas: de la más vaga a la más concreta.
        necesita: otros archivos del estudiante que usa.
    """

    archivo: str
    titulo: str
    dificultad: int
    practica: str
    lee: str
    pistas: list[str]
    necesita: list[str]
    usa: str

    @property
    def nombre(self) -> str:
        """El de su página y su carpeta: `05-dependencias`."""
        return Path(self.archivo).stem

    @property
    def numero(self) -> int:
        return int(self.archivo.partition("-")[0])

    @property
    def tema(self) -> str:
        """Su nombre sin número: `dependencias`. No cambia aunque cambie el orden."""
        return tema_de(self.nombre)

    def archivo_en(self, carpeta: Path) -> str:
        """Cómo se llama su archivo en una carpeta: como ahora o, si no está, con otro número."""
        if not (carpeta / self.archivo).exists():
            for otro in sorted(carpeta.glob(f"[0-9][0-9]-{self.tema}.py")):
                return otro.name
        return self.archivo

    @property
    def comienzo(self) -> Path:
        """El archivo con el que se empieza."""
        return EJERCICIOS / self.nombre / "comienzo" / self.archivo

    @property
    def solucion(self) -> Path:
        """Nuestra respuesta, la que enseña su página."""
        return EJERCICIOS / self.nombre / self.archivo


def tema_de(nombre: str) -> str:
    """El nombre de un ejercicio sin su número."""
    return re.sub(r"^\d\d-", "", nombre)


def leer_catalogo() -> list[Ejercicio]:
    """Todos los ejercicios, en orden."""
    datos = tomllib.loads(CATALOGO.read_text("utf-8"))
    fichas = [
        Ejercicio(**{"necesita": [], "usa": ""} | ficha) for ficha in datos["ejercicio"]
    ]
    return sorted(fichas, key=lambda ficha: ficha.numero)


def buscar(pedido: str) -> Ejercicio:
    """El ejercicio que alguien pide por su número, su nombre o su archivo.

    Raises:
        EjercicioDesconocido: si no es ninguno.
    """
    todos = leer_catalogo()
    nombre = Path(pedido).stem
    for ejercicio in todos:
        numeros = (str(ejercicio.numero), f"{ejercicio.numero:02}")
        if nombre in numeros or tema_de(nombre) == ejercicio.tema:
            return ejercicio
    parecidos = difflib.get_close_matches(nombre, [e.nombre for e in todos], 1, 0.3)
    consejo = f"¿Querías decir {parecidos[0]}? " if parecidos else ""
    raise EjercicioDesconocido(
        f"No hay ningún ejercicio «{pedido}». {consejo}Van del 1 al {todos[-1].numero}."
    )
