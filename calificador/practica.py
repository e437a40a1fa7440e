"""Una práctica: se copia la carpeta del estudiante, se ejecuta y se mira qué ha pasado.

Se trabaja siempre en la copia: sus archivos quedan como estaban.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, ClassVar

from calificador.ejecuciones import Flujo
from calificador.ejercicios import RAIZ, Ejercicio
from calificador.errores import explicar, ultimo_error
from calificador.novedades import asentadas
from calificador.procesos import SinCallar, SinTerminar, detener, esperar_final
from calificador.revision import Tropiezo, revisar
from calificador.servicio import Servicio

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

CARPETA = Path("05_pipelines", "ejercicios", "prefect")
CABE = 1_000_000  # bytes: ningún ejercicio imprime tanto
NO_COPIAR = shutil.ignore_patterns("__pycache__", ".*", "output")


@dataclass(frozen=True)
class Entrega:
    """Lo que dejó un programa del estudiante."""

    codigo: int | None  # None: seguía en marcha, como debe un servicio
    salida: str
    flujos: list[Flujo] = field(default_factory=list)

    @property
    def error(self) -> str:
        """Lo que dice la traza que ha fallado; nada, si no hay ninguna."""
        return ultimo_error(self.salida)


@dataclass(frozen=True)
class Servido:
    """Un programa del estudiante que se queda en marcha."""

    nombre: str
    proceso: subprocess.Popen
    registro: Path

    @property
    def salida(self) -> str:
        """Lo que ha impreso hasta ahora."""
        return self.registro.read_text("utf-8", "replace")

    def sigue(self) -> bool:
        """Si no ha terminado.

        Raises:
            Tropiezo: si ha terminado con error.
        """
        if codigo := self.proceso.poll():
            raise con_error(self.nombre, Entrega(codigo, self.salida))
        return codigo is None


def con_error(nombre: str, entrega: Entrega) -> Tropiezo:
    """El programa terminó con error: cuál y en qué línea suya."""
    if entrega.error.startswith("EOFError"):
        return Tropiezo(
            f"«{nombre}» pide datos por el teclado, y nadie puede contestarle",
            "Quita los input(): un flow se ejecuta solo. Usa parámetros.",
        )
    lineas = re.findall(rf'{re.escape(nombre)}", line (\d+)', entrega.salida)
    donde = f", en la línea {lineas[-1]}" if lineas else ""
    consejo, pagina = explicar(entrega.error)
    dicho = entrega.error or entrega.salida.strip()[-300:]
    return Tropiezo(
        f"«{nombre}» termina con un error{donde}", f"{dicho} {consejo}".strip(), pagina
    )


class Practica:
    """La copia de la carpeta del estudiante y lo que se ejecuta en ella."""

    limite_s: ClassVar[float] = 30  # lo que puede tardar un programa

    def __init__(self, ejercicio: Ejercicio, carpeta: Path, servicio: Servicio) -> None:
        """Copia la carpeta y los datos.

        Args:
            ejercicio: el que se califica.
            carpeta: la del estudiante.
            servicio: con su servidor en marcha, para ejecutar algo.
        """
        self.ejercicio = ejercicio
        self.servicio = servicio
        self.raiz = Path(tempfile.mkdtemp(dir=servicio.carpeta))
        self.carpeta = self.raiz / CARPETA
        shutil.copytree(RAIZ / "data", self.raiz / "data", ignore=NO_COPIAR)
        if carpeta.is_dir():
            shutil.copytree(
                carpeta, self.carpeta, ignore=NO_COPIAR, ignore_dangling_symlinks=True
            )
        self.carpeta.mkdir(parents=True, exist_ok=True)
        self.entorno = {
            **servicio.entorno,
            "GUIA_SIN_LATIDO": "1",
            "GUIA_SIN_REZAGADOS": "1",
            "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(self.raiz / "resultados"),
        }

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
        return self.servicio.cliente

    def cerrar(self) -> None:
        """Borra la copia, y los deployments y blocks que haya creado el estudiante."""
        if self.servicio.en_marcha:
            for despliegue in self.cliente.read_deployments():
                self.cliente.delete_deployment(despliegue.id)
            for block in self.cliente.read_block_documents():
                self.cliente.delete_block_document(block.id)
        shutil.rmtree(self.raiz, ignore_errors=True)

    def revisar(self) -> None:
        """Comprueba que los archivos del ejercicio pueden ejecutarse.

        Raises:
            Tropiezo: si falta alguno, está vacío o Python no lo entiende.
        """
        for archivo in (self.ejercicio.archivo, *self.ejercicio.necesita):
            revisar(self.carpeta / archivo)

    def ejecutar(self, *, con_flow: bool = True, puede_fallar: bool = False) -> Entrega:
        """Ejecuta el archivo del ejercicio con `python`, como lo haría el estudiante.

        Args:
            con_flow: si tiene que ejecutar al menos un flow.
            puede_fallar: si terminar con error es lo esperado.

        Raises:
            Tropiezo: si no termina, o termina mal.
        """
        nombre = self.ejercicio.archivo
        desde = datetime.now(UTC)
        entrega = self.lanzar(nombre)
        entrega = replace(entrega, flujos=asentadas(self.cliente, desde))
        sin_flow = con_flow and not entrega.flujos
        if entrega.codigo and (sin_flow or not puede_fallar):
            raise con_error(nombre, entrega)
        if sin_flow:
            raise Tropiezo(
                f"«{nombre}» termina sin ejecutar ningún flow",
                "Un flow es una función con @flow encima, y además hay que llamarla: suele "
                'hacerse al final, dentro de if __name__ == "__main__":.',
                "tutorial/flow-y-task#flow",
            )
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
                raise Tropiezo(
                    f"«{orden[0]}» no termina: he esperado {self.limite_s:g} segundos",
                    "¿Hay un bucle sin fin, o una espera muy larga?",
                ) from None
            except SinCallar:
                raise Tropiezo(
                    f"«{orden[0]}» imprime sin parar: lo he detenido",
                    "¿Hay un bucle sin fin con un print dentro?",
                ) from None
            salida.seek(0)
            return Entrega(codigo, salida.read().decode("utf-8", "replace"))

    @contextmanager
    def servir(self) -> Iterator[Servido]:
        """Deja en marcha el archivo del ejercicio, que no termina, y lo detiene al salir."""
        nombre = self.ejercicio.archivo
        registro = self.raiz / "servicio.log"
        with registro.open("wb") as salida:
            servido = Servido(nombre, self._abrir(nombre, salida=salida), registro)
        try:
            yield servido
        finally:
            detener(servido.proceso, 3)

    def esperar(self, listo: Callable[[], bool], limite_s: float) -> bool:
        """Espera a que algo ocurra; dice si ocurrió a tiempo."""
        limite = time.monotonic() + limite_s
        while not listo():
            if time.monotonic() > limite:
                return False
            time.sleep(0.05)
        return True

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
        )
