"""La nota de un ejercicio de un estudiante, y cómo se pone."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from calificador.correccion import corregir
from calificador.ejercicios import Ejercicio
from calificador.servicio import Servicio, ServidorParado
from calificador.veredicto import Correccion


class Resultado(StrEnum):
    """Cómo queda un ejercicio de un estudiante."""

    BIEN = "bien"
    FALTA = "falta"
    SIN_EMPEZAR = "sin empezar"
    SIN_ENTREGAR = "sin entregar"
    SIN_CORREGIR = "sin corregir"


@dataclass(frozen=True)
class Nota:
    """El resultado de un ejercicio.

    Attributes:
        resultado: cómo queda.
        falta: lo primero que falta; vacío, si nada.
        consejo: qué hacer.
        pagina: dónde se explica, como `tutorial/combinar-tasks#map`.
        segundos: lo que ha costado corregirlo.
    """

    resultado: Resultado
    falta: str = ""
    consejo: str = ""
    pagina: str = ""
    segundos: float = 0


class Aula:
    """El servicio con el que se corrige; si alguien lo estropea, se cambia por otro."""

    def __init__(self, al_abrir: Callable[[Servicio], object]) -> None:
        """Sin arrancar nada.

        Args:
            al_abrir: recibe cada servicio nuevo.
        """
        self._al_abrir = al_abrir
        self._servicio: Servicio | None = None

    def corregir(self, ejercicio: Ejercicio, carpeta: Path) -> Correccion:
        """Corrige un ejercicio; si el servidor no aguanta, otra vez con uno nuevo.

        Raises:
            ServidorParado: si tampoco aguanta el segundo.
            Averia: si el calificador no puede trabajar.
            OSError: si el sistema no le deja.
        """
        try:
            return corregir(ejercicio, carpeta, self._abrir())
        except ServidorParado:
            self.cerrar()
        try:
            return corregir(ejercicio, carpeta, self._abrir())
        except ServidorParado:
            self.cerrar()
            raise

    def cerrar(self) -> None:
        """Detiene lo que haya en marcha."""
        if self._servicio:
            servicio, self._servicio = self._servicio, None
            servicio.__exit__(None, None, None)

    def _abrir(self) -> Servicio:
        if not self._servicio:
            self._servicio = Servicio()
            self._al_abrir(self._servicio)
        return self._servicio


def calificar(ejercicio: Ejercicio, carpeta: Path, aula: Aula) -> Nota:
    """La nota de un ejercicio; lo que no se ha empezado no se ejecuta."""
    archivo = carpeta / ejercicio.archivo_en(carpeta)
    desde = time.monotonic()
    try:
        if archivo.is_file() and es_el_de_partida(archivo, ejercicio):
            return Nota(Resultado.SIN_EMPEZAR, "El archivo es el de partida")
        correccion = aula.corregir(ejercicio, carpeta)
    except ServidorParado as parado:
        return Nota(Resultado.SIN_CORREGIR, parado.que, parado.remedio)
    except PermissionError as error:
        return Nota(Resultado.SIN_CORREGIR, f"No puedo leer «{error.filename}»")
    nota = resumen(correccion, entregado=archivo.is_file())
    return Nota(*nota, segundos=round(time.monotonic() - desde, 1))


def es_el_de_partida(archivo: Path, ejercicio: Ejercicio) -> bool:
    """Si el estudiante no ha cambiado nada del archivo con el que se empieza."""
    suyo, partida = archivo.read_bytes(), ejercicio.comienzo.read_bytes()
    return suyo.split() == partida.split()


def resumen(
    correccion: Correccion, *, entregado: bool
) -> tuple[Resultado, str, str, str]:
    """Lo que dice una corrección, hasta lo primero que falta."""
    if correccion.aprobado:
        consejo, pagina = correccion.avisos[0] if correccion.avisos else ("", "")
        return Resultado.BIEN, "", consejo, pagina
    if tropiezo := correccion.tropiezo:
        resultado = Resultado.FALTA if entregado else Resultado.SIN_ENTREGAR
        return resultado, tropiezo.que, tropiezo.consejo, tropiezo.pagina
    punto = correccion.puntos[-1]
    return Resultado.FALTA, punto.que, punto.falta, punto.pagina
