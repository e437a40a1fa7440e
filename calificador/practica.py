"""Una práctica: se copia la carpeta del estudiante, se ejecuta y se mira qué ha pasado.

Se trabaja siempre en la copia: sus archivos quedan como estaban.
"""

import ast
import difflib
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, ClassVar
from uuid import UUID

from calificador.ejecuciones import Flujo, leer
from calificador.ejercicios import RAIZ, Ejercicio
from calificador.servicio import Servicio, detener, enviar

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

CARPETA = Path("05_pipelines", "ejercicios", "prefect")
BREVE_CALMA_S = 0.8  # sin novedades y con todo terminado, no las habrá
CALMA_S = 6  # sin novedades, aunque algo siga a medias
NO_COPIAR = shutil.ignore_patterns("__pycache__", ".*", "output")


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


@dataclass(frozen=True)
class Entrega:
    """Lo que dejó un programa del estudiante."""

    codigo: int | None  # None: seguía en marcha, como debe un servicio
    salida: str
    segundos: float
    flujos: list[Flujo] = field(default_factory=list)

    @property
    def error(self) -> str:
        """La última línea de la traza: la que dice qué ha fallado."""
        lineas = [
            li
            for li in self.salida.splitlines()
            if re.match(r"[\w.]+(Error|Exception|Exit|Invalid\w*)\b", li)
        ]
        return lineas[-1] if lineas else ""


class Practica:
    """La copia de la carpeta del estudiante y lo que se ejecuta en ella."""

    limite_s: ClassVar[float] = 30  # lo que puede tardar un programa

    def __init__(self, ejercicio: Ejercicio, carpeta: Path, servicio: Servicio) -> None:
        """Copia la carpeta y los datos.

        Args:
            ejercicio: el que se califica.
            carpeta: la del estudiante.
            servicio: con su servidor ya arrancado.
        """
        self.ejercicio = ejercicio
        self.servicio = servicio
        self.raiz = Path(tempfile.mkdtemp(dir=servicio.carpeta))
        self.carpeta = self.raiz / CARPETA
        shutil.copytree(RAIZ / "data", self.raiz / "data", ignore=NO_COPIAR)
        if carpeta.is_dir():
            shutil.copytree(carpeta, self.carpeta, ignore=NO_COPIAR)
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

    @cached_property
    def cliente(self) -> "SyncPrefectClient":
        """Un cliente del servidor, para preguntar qué ha pasado de verdad."""
        from prefect.client.orchestration import SyncPrefectClient

        return SyncPrefectClient(self.servicio.api)

    def cerrar(self) -> None:
        """Borra la copia, y los deployments y blocks que haya creado el estudiante."""
        for despliegue in self.cliente.read_deployments():
            self.cliente.delete_deployment(despliegue.id)
        for block in self.cliente.read_block_documents():
            self.cliente.delete_block_document(block.id)
        shutil.rmtree(self.raiz, ignore_errors=True)

    def revisar(self, archivo: str = "") -> None:
        """Comprueba que un archivo del estudiante puede ejecutarse.

        Raises:
            Tropiezo: si falta, está vacío o Python no lo entiende.
        """
        ruta = self.carpeta / (archivo or self.ejercicio.archivo)
        if not ruta.is_file():
            raise self._falta(ruta)
        contenido = ruta.read_bytes()
        try:
            arbol = ast.parse(contenido, ruta.name)
        except SyntaxError as error:
            linea = f" en la línea {error.lineno}" if error.lineno else ""
            raise Tropiezo(
                f"Python no entiende «{ruta.name}»{linea}: {error.msg}",
                f"La línea dice: {(error.text or '').strip()}" if error.text else "",
            ) from None
        except ValueError as error:
            raise Tropiezo(
                f"«{ruta.name}» no es un archivo de texto de Python: {error}",
                "Guárdalo otra vez desde tu editor, con la codificación UTF-8.",
            ) from None
        if not arbol.body:
            raise Tropiezo(
                f"«{ruta.name}» está vacío: no tiene ninguna instrucción",
                "¿Has guardado el archivo en el editor?",
            )

    def _falta(self, ruta: Path) -> Tropiezo:
        """El archivo no está: quizá con otro nombre."""
        otros = [f.name for f in self.carpeta.glob("*.py")]
        parecidos = difflib.get_close_matches(ruta.name, otros, 1, 0.6)
        consejo = (
            f"Hay un «{parecidos[0]}». ¿Es ese? Cámbiale el nombre."
            if parecidos
            else f"Créalo en {CARPETA.as_posix()}/, o pide los archivos de partida con "
            "--empezar."
        )
        return Tropiezo(f"No encuentro «{ruta.name}»", consejo, "tutorial/tus-archivos")

    def ejecutar(
        self,
        archivo: str = "",
        *,
        limite_s: float | None = None,
        con_flow: bool = True,
        puede_fallar: bool = False,
    ) -> Entrega:
        """Ejecuta un archivo con `python`, como lo haría el estudiante.

        Args:
            archivo: cuál; si no se dice, el del ejercicio.
            limite_s: lo que puede tardar, si no es lo habitual.
            con_flow: si tiene que ejecutar al menos un flow.
            puede_fallar: si terminar con error es lo esperado.

        Raises:
            Tropiezo: si no puede ejecutarse, no termina o termina mal.
        """
        nombre = archivo or self.ejercicio.archivo
        self.revisar(nombre)
        with self._novedades() as flujos:
            entrega = self.lanzar(nombre, limite_s=limite_s)
        entrega = replace(entrega, flujos=flujos())
        sin_flow = con_flow and not entrega.flujos
        if entrega.codigo and (sin_flow or not puede_fallar):
            raise self._con_error(nombre, entrega)
        if sin_flow:
            raise Tropiezo(
                f"«{nombre}» termina sin ejecutar ningún flow",
                "Un flow es una función con @flow encima, y además hay que llamarla: suele "
                'hacerse al final, dentro de if __name__ == "__main__":.',
                "tutorial/flow-y-task#flow",
            )
        return entrega

    def lanzar(self, *orden: str, limite_s: float | None = None) -> Entrega:
        """Ejecuta `python` con esos argumentos y espera a que termine.

        Raises:
            Tropiezo: si no termina a tiempo; no queda nada en marcha.
        """
        inicio, limite_s = time.monotonic(), limite_s or self.limite_s
        proceso = self._abrir(*orden)
        try:
            salida, _ = proceso.communicate(timeout=limite_s)
        except subprocess.TimeoutExpired:
            detener(proceso, 2)
            raise Tropiezo(
                f"«{orden[0]}» no termina: he esperado {limite_s:g} segundos",
                "¿Hay un bucle sin fin, o una espera muy larga?",
            ) from None
        segundos = time.monotonic() - inicio
        enviar(proceso, signal.SIGTERM)  # a lo que haya dejado en marcha
        return Entrega(proceso.returncode, salida.decode("utf-8", "replace"), segundos)

    @contextmanager
    def servir(self, archivo: str = "") -> Iterator[Callable[[], str]]:
        """Deja en marcha un archivo que no termina; da una función con lo que imprime.

        Raises:
            Tropiezo: si no puede ejecutarse.
        """
        nombre = archivo or self.ejercicio.archivo
        self.revisar(nombre)
        registro = self.raiz / "servicio.log"
        with registro.open("wb") as salida:
            proceso = self._abrir(nombre, salida=salida)
        try:
            yield lambda: self._vivo(proceso, nombre, registro)
        finally:
            detener(proceso, 3)

    def _vivo(self, proceso: subprocess.Popen, nombre: str, registro: Path) -> str:
        salida = registro.read_text("utf-8", "replace")
        if proceso.poll():
            raise self._con_error(nombre, Entrega(proceso.returncode, salida, 0))
        return salida

    def esperar(self, listo: Callable[[], bool], limite_s: float) -> bool:
        """Espera a que algo ocurra; dice si ocurrió a tiempo."""
        limite = time.monotonic() + limite_s
        while not listo():
            if time.monotonic() > limite:
                return False
            time.sleep(0.2)
        return True

    def _abrir(
        self, *orden: str, salida: IO[bytes] | int = subprocess.PIPE
    ) -> subprocess.Popen:
        return subprocess.Popen(
            [self.servicio.python, *orden],
            cwd=self.carpeta,
            env=self.entorno,
            stdin=subprocess.DEVNULL,
            stdout=salida,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _con_error(self, nombre: str, entrega: Entrega) -> Tropiezo:
        """El programa terminó con error: cuál y en qué línea suya."""
        if entrega.error.startswith("EOFError"):
            return Tropiezo(
                f"«{nombre}» pide datos por el teclado, y nadie puede contestarle",
                "Quita los input(): un flow se ejecuta solo. Usa parámetros.",
            )
        lineas = re.findall(rf'{re.escape(nombre)}", line (\d+)', entrega.salida)
        donde = f", en la línea {lineas[-1]}" if lineas else ""
        return Tropiezo(
            f"«{nombre}» termina con un error{donde}",
            entrega.error or entrega.salida.strip()[-300:],
            "guias/pedir-ayuda",
        )

    @contextmanager
    def _novedades(self) -> Iterator[Callable[[], list[Flujo]]]:
        """Los flow runs que aparecen mientras dura el bloque, cuando ya no cambian."""
        antes = self._todos()
        yield lambda: self._asentados(lambda: self._todos() - antes)

    def _todos(self) -> set[UUID]:
        """Los últimos flow runs que han empezado; los programados, no."""
        from prefect.client.schemas.filters import (
            FlowRunFilter,
            FlowRunFilterStartTime,
        )
        from prefect.client.schemas.sorting import FlowRunSort

        ultimos = self.cliente.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                start_time=FlowRunFilterStartTime(is_null_=False)
            ),
            sort=FlowRunSort.START_TIME_DESC,
            limit=200,
        )
        return {run.id for run in ultimos}

    def _asentados(self, cuales: Callable[[], set[UUID]]) -> list[Flujo]:
        """Lee hasta que todo ha terminado y no llega nada nuevo.

        Los estados de las tareas llegan al servidor un poco después de que ocurran.
        """
        antes, desde = None, time.monotonic()
        while True:
            ahora = [leer(self.cliente, run) for run in sorted(cuales(), key=str)]
            if ahora != antes:
                antes, desde = ahora, time.monotonic()
            calma = time.monotonic() - desde
            if calma > (CALMA_S if any(map(a_medias, ahora)) else BREVE_CALMA_S):
                return sorted(ahora, key=lambda flujo: flujo.inicio)
            time.sleep(0.1)


def a_medias(flujo: Flujo) -> bool:
    """Si el flow o alguna de sus tareas todavía no han terminado."""
    return any(
        estado in {"", "Pending", "Running", "Retrying", "AwaitingRetry"}
        for estado in [flujo.estado, *(tarea.estado for tarea in flujo.tareas)]
    )
