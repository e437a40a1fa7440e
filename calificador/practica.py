"""Una práctica: se copia la carpeta del estudiante, se ejecuta y se mira qué ha pasado.

Se trabaja siempre en la copia: sus archivos quedan como estaban.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, ClassVar

from calificador.averias import Averia
from calificador.copia import Copia
from calificador.diagnostico import Diagnostico, Entrega
from calificador.ejercicios import Ejercicio
from calificador.revision import revisar
from calificador.servicio import Servicio
from calificador.veredicto import Indicio, Tropiezo
from motor import rutas
from motor.apuntes import asentadas
from motor.ejecuciones import Flujo
from motor.procesos import SinCallar, SinTerminar, detener, esperar_final
from motor.rutas import CARPETA

try:
    import resource
except ImportError:  # Windows no tiene límites
    resource = None

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

CABE = 1_000_000  # bytes: ningún ejercicio imprime tanto
MEMORIA = 2_000_000_000  # bytes: a los ejercicios les sobra con la mitad
DATOS = ("ventas.csv", "usuarios.csv", "productos.csv")


@dataclass(frozen=True)
class Servido:
    """Un programa del estudiante que se queda en marcha."""

    proceso: subprocess.Popen
    registro: Path
    diagnostico: Diagnostico

    @property
    def salida(self) -> str:
        """Lo que ha impreso hasta ahora."""
        return self.registro.read_text("utf-8", "replace")

    def sigue(self) -> bool:
        """Si no ha terminado.

        Raises:
            Tropiezo: si ha terminado con error.
            Averia: si ese error no es suyo.
        """
        if codigo := self.proceso.poll():
            raise self.diagnostico.con_error(Entrega(codigo, self.salida))
        return codigo is None


class Practica:
    """La copia de la carpeta del estudiante y lo que se ejecuta en ella."""

    limite_s: ClassVar[float] = 30  # lo que puede tardar un programa

    def __init__(self, ejercicio: Ejercicio, carpeta: Path, servicio: Servicio) -> None:
        """Copia la carpeta y los datos.

        Args:
            ejercicio: el que se califica.
            carpeta: la del estudiante.
            servicio: con su servidor en marcha, para ejecutar algo.

        Raises:
            OSError: si la carpeta no se puede leer, o no hay sitio para la copia.
        """
        self.ejercicio = ejercicio
        self.servicio = servicio
        self.original = carpeta
        self.raiz = Path(tempfile.mkdtemp(dir=servicio.carpeta))
        self.carpeta = self.raiz / CARPETA
        self._copiar_datos()
        copia = Copia(self.carpeta)
        self._suyo = ejercicio.archivo_en(carpeta)
        copia.copiar(carpeta, (self._suyo, *ejercicio.necesita))
        archivo = self.carpeta / ejercicio.archivo
        # Con otro número, en la copia se llama como ahora; si no ha cabido, no está.
        with suppress(FileNotFoundError):
            archivo.with_name(self._suyo).rename(archivo)
        self.diagnostico = Diagnostico(self.raiz, archivo, copia.fuera)
        self.ultima = Entrega(None, "")
        self.flujos: list[Flujo] = []  # de todas las veces que se ejecuta
        self.avisos: list[Indicio] = []  # lo que se ve al comprobar y no resta nada

    def _copiar_datos(self) -> None:
        """Copia `data/`.

        Raises:
            Averia: si no está entera.
        """
        Copia(self.datos).copiar(rutas.DATOS)
        for nombre in DATOS:
            if not (self.datos / nombre).is_file():
                raise Averia(
                    f"No puedo leer data/{nombre}, y los ejercicios lo necesitan.",
                    "Vuelve a generarlo: se explica en referencia/datos/#generar.",
                )

    @cached_property
    def entorno(self) -> dict[str, str]:
        """Las variables de sus programas; el servidor ya debe estar en marcha."""
        return {
            **self.servicio.entorno,
            "GUIA_SIN_LATIDO": "1",
            "GUIA_SIN_REZAGADOS": "1",
            "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(self.raiz / "resultados"),
        }

    @property
    def programa(self) -> bytes:
        """El archivo del ejercicio, como está en la copia; vacío, si no ha cabido en ella."""
        copiado = self.carpeta / self.ejercicio.archivo
        return copiado.read_bytes() if copiado.is_file() else b""

    @property
    def datos(self) -> Path:
        """La copia de `data/`."""
        return self.raiz / "data"

    @property
    def salida(self) -> Path:
        """Donde los programas dejan sus resultados."""
        return self.datos / "output"

    @property
    def cliente(self) -> "SyncPrefectClient":
        """Un cliente del servidor, para preguntar qué ha pasado de verdad."""
        return self.servicio.servidor.cliente

    def cerrar(self) -> None:
        """Borra la copia."""
        shutil.rmtree(self.raiz, ignore_errors=True)

    def revisar(self) -> None:
        """Comprueba que los archivos del ejercicio pueden ejecutarse.

        Raises:
            Tropiezo: si falta alguno, está vacío o Python no lo entiende.
            Averia: si está y no se puede leer.
        """
        for archivo in (self._suyo, *self.ejercicio.necesita):
            revisar(self.original / archivo)

    def ejecutar(self, *, con_flow: bool = True, puede_fallar: bool = False) -> Entrega:
        """Ejecuta el archivo del ejercicio con `python`, como lo haría el estudiante.

        Args:
            con_flow: si tiene que ejecutar al menos un flow.
            puede_fallar: si terminar con error es lo esperado.

        Raises:
            Tropiezo: si no termina, o termina mal.
            Averia: si lo que falla no es suyo.
        """
        desde = datetime.now(UTC)
        entrega = self.lanzar(self.ejercicio.archivo)
        entrega = replace(entrega, flujos=asentadas(self.cliente, desde))
        self.ultima = entrega
        self.flujos += entrega.flujos
        sin_flow = con_flow and not entrega.flujos
        if entrega.codigo and (sin_flow or not puede_fallar):
            raise self.diagnostico.con_error(entrega)
        if sin_flow:
            raise self.diagnostico.sin_flow(entrega)
        return entrega

    def lanzar(self, *orden: str, carpeta: Path | None = None) -> Entrega:
        """Ejecuta `python` con esos argumentos y espera a que termine.

        Args:
            orden: los argumentos; el primero suele ser un archivo.
            carpeta: desde dónde; si no se dice, desde la copia de la del estudiante.

        Raises:
            Tropiezo: si no termina a tiempo; no queda nada en marcha.
        """
        with tempfile.TemporaryFile(dir=self.raiz) as salida:
            proceso = self._abrir(*orden, salida=salida, carpeta=carpeta)
            try:
                codigo = esperar_final(
                    proceso,
                    self.limite_s,
                    lambda: os.fstat(salida.fileno()).st_size < CABE,
                )
            except SinTerminar:
                self.servicio.exigir()  # sin servidor, ningún programa termina
                dicho = leer_desde_el_principio(salida)
                raise self.diagnostico.sin_terminar(dicho, self.limite_s) from None
            except SinCallar:
                raise Tropiezo(
                    f"«{orden[0]}» imprime sin parar: lo he detenido",
                    "¿Hay un bucle sin fin con un print dentro, o un flow que se llama a sí mismo?",
                ) from None
            return Entrega(codigo, leer_desde_el_principio(salida))

    @contextmanager
    def servir(self) -> Iterator[Servido]:
        """Deja en marcha el archivo del ejercicio, que no termina, y lo detiene al salir."""
        registro = self.raiz / "servicio.log"
        with registro.open("wb") as salida:
            proceso = self._abrir(self.ejercicio.archivo, salida=salida)
        servido = Servido(proceso, registro, self.diagnostico)
        try:
            yield servido
        finally:
            detener(servido.proceso, 3)

    def _abrir(
        self, *orden: str, salida: IO[bytes], carpeta: Path | None = None
    ) -> subprocess.Popen:
        return subprocess.Popen(
            [self.servicio.python, *orden],
            cwd=carpeta or self.carpeta,
            env=self.entorno,
            stdin=subprocess.DEVNULL,
            stdout=salida,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=limitar_memoria if resource else None,
        )


def limitar_memoria() -> None:
    """Que un programa sin fin reciba un `MemoryError` antes de agotar el equipo."""
    _, maximo = resource.getrlimit(resource.RLIMIT_DATA)
    suya = MEMORIA if maximo == resource.RLIM_INFINITY else min(MEMORIA, maximo)
    resource.setrlimit(resource.RLIMIT_DATA, (suya, maximo))


def leer_desde_el_principio(salida: IO[bytes]) -> str:
    """Lo que un programa ha dejado en su salida."""
    salida.seek(0)
    return salida.read(CABE).decode("utf-8", "replace")
