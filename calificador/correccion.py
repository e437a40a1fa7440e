"""Corrige un ejercicio: ejecuta sus comprobaciones y se detiene en la primera que falta."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from calificador.ejercicios import Ejercicio
from calificador.practica import Practica
from calificador.revision import Tropiezo
from calificador.servicio import Servicio


@dataclass(frozen=True)
class Punto:
    """Algo que el ejercicio pide.

    Attributes:
        clave: su nombre corto; el de las respuestas de las pruebas que lo incumplen.
        que: lo que se pide, como se le dice a quien ya lo tiene.
        bien: si está.
        falta: si no está, qué se ha visto y qué hacer.
        pagina: dónde se explica, como `tutorial/dependencias#map`.
    """

    clave: str
    que: str
    bien: bool
    falta: str = ""
    pagina: str = ""


@dataclass
class Correccion:
    """El resultado de corregir un ejercicio."""

    ejercicio: Ejercicio
    puntos: list[Punto] = field(default_factory=list)
    tropiezo: Tropiezo | None = None

    @property
    def aprobado(self) -> bool:
        return not self.tropiezo and all(punto.bien for punto in self.puntos)


def corregir(
    ejercicio: Ejercicio,
    carpeta: Path,
    servicio: Servicio,
    al_comprobar: Callable[[Punto], object] = lambda punto: None,
) -> Correccion:
    """Corrige un ejercicio de la carpeta de un estudiante, sin tocarla.

    Args:
        ejercicio: cuál.
        carpeta: la del estudiante.
        servicio: arranca si hace falta: lo que se ve sin ejecutar nada no lo necesita.
        al_comprobar: recibe cada punto en cuanto se sabe.

    Raises:
        ServidorParado: si el servidor de Prefect no arranca.
    """
    correccion = Correccion(ejercicio)
    practica = Practica(ejercicio, carpeta, servicio)
    try:
        practica.revisar()
        servicio.arrancar()
        for punto in comprobaciones(practica):
            correccion.puntos.append(punto)
            al_comprobar(punto)
            if not punto.bien:
                break
    except Tropiezo as tropiezo:
        correccion.tropiezo = tropiezo
    finally:
        practica.cerrar()
    return correccion


def comprobaciones(practica: Practica) -> Iterator[Punto]:
    """Las comprobaciones del ejercicio, que están en el módulo con su nombre."""
    nombre = practica.ejercicio.nombre.replace("-", "_")
    modulo = import_module(f"calificador.comprobaciones.e{nombre}")
    return modulo.comprobar(practica)
