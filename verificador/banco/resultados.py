"""Lo que ha medido el banco: cómo se guarda y los números que se sacan de ello."""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Self

from pydantic import BaseModel, ConfigDict

CIFRAS = 3  # las que se guardan de cada medida: las demás cambian cada vez


class Ficha(BaseModel):
    """Lo que se guarda: no se cambia ni le sobra nada."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tiempos(Ficha):
    """Lo que ha tardado lo mismo, repetido.

    Attributes:
        segundos: la mediana.
        veces: cada vez, en orden.
        cpu_s: los segundos de procesador de la mediana.
    """

    segundos: float
    veces: list[float]
    cpu_s: float

    @property
    def variacion(self) -> float:
        """Cuánto más tardó la vez más lenta que la más rápida, en tanto por ciento."""
        return (max(self.veces) / min(self.veces) - 1) * 100


class Medida(Tiempos):
    """El informe, con un motor y un número de filas.

    Attributes:
        motor: quién lo hace.
        filas: las que lee, en total.
        memoria_mb: el máximo de la suma de todos sus procesos.
        procesos: los que hubo a la vez.
    """

    motor: str
    filas: int
    memoria_mb: float
    procesos: int

    @property
    def filas_por_segundo(self) -> float:
        return self.filas / self.segundos


class Tanda(Tiempos):
    """Unas tasks vacías.

    Attributes:
        forma: con qué se envían: `map` o `submit`.
        elementos: lo que hay que contar.
        task_runs: entre cuántas.
    """

    forma: str
    elementos: int
    task_runs: int


class Resultados(Ficha):
    """Una ejecución entera del banco.

    Attributes:
        fecha: cuándo, en UTC.
        maquina: su sistema, sus núcleos y su memoria.
        versiones: las de Python y las bibliotecas.
        como: cómo se ha medido: la clase de memoria y cada cuánto se mira.
        disco_mb: lo que ocuparon los datos, con cada número de filas.
        medidas: las de cada motor y número de filas.
        tandas: las de las tasks vacías.
    """

    fecha: str
    maquina: dict[str, str | int | float]
    versiones: dict[str, str]
    como: dict[str, str | float]
    disco_mb: dict[int, float]
    medidas: list[Medida]
    tandas: list[Tanda]

    @classmethod
    def leer(cls, ruta: Path) -> Self:
        """Los de un archivo; lo que se calcula se calcula otra vez."""
        datos = json.loads(ruta.read_text("utf-8"))
        del datos["resumen"]
        return cls.model_validate(datos)

    @property
    def motores(self) -> list[str]:
        return list(dict.fromkeys(m.motor for m in self.medidas))

    @property
    def tamanos(self) -> list[int]:
        """Los números de filas, de menos a más; el primero es solo el arranque."""
        return sorted({m.filas for m in self.medidas})

    def medida(self, motor: str, filas: int) -> Medida:
        (suya,) = (m for m in self.medidas if (m.motor, m.filas) == (motor, filas))
        return suya

    def tanda(self, forma: str, elementos: int, task_runs: int) -> Tanda:
        buscada = (forma, elementos, task_runs)
        return next(
            t for t in self.tandas if (t.forma, t.elementos, t.task_runs) == buscada
        )

    def por_task_ms(self, forma: str) -> float:
        """Los milisegundos que añade cada task run: de una a muchas, por cada una de más."""
        sueltas = [
            t for t in self.tandas if t.forma == forma and t.elementos == t.task_runs
        ]
        una, muchas = (f(sueltas, key=lambda t: t.task_runs) for f in (min, max))
        de_mas = muchas.task_runs - una.task_runs
        return (muchas.segundos - una.segundos) / de_mas * 1000

    def resumen(self) -> dict[str, float]:
        """Los números que cita la prosa, cada uno con un nombre que no se repite."""
        muchas = max(t.elementos for t in self.tandas)
        lote = min(t.task_runs for t in self.tandas if t.elementos == muchas)
        repetidas = [t for t in (*self.medidas, *self.tandas) if len(t.veces) > 1]
        variaciones = [t.variacion for t in repetidas]
        sueltas = self.tanda("map", muchas, muchas)
        lotes = self.tanda("map", muchas, lote)
        return {
            "task runs de más": muchas,
            "task runs por lotes": lote,
            "segundos de una en una": redondear(sueltas.segundos),
            "segundos por lotes": redondear(lotes.segundos),
            "ms por task run con map": redondear(self.por_task_ms("map")),
            "ms por task run con submit": redondear(self.por_task_ms("submit")),
            "variación mediana %": round(median(variaciones)),
            "variación máxima %": round(max(variaciones)),
            "filas como mucho": self.tamanos[-1],
            "MB en disco": redondear(self.disco_mb[self.tamanos[-1]]),
        }

    def publicar(self) -> str:
        """El archivo: JSON, con cada medida en su línea."""
        return "".join(lineas(self.model_dump() | {"resumen": self.resumen()}))


def lineas(datos: dict[str, object]) -> Iterator[str]:
    """Un objeto JSON con sus partes en su línea y, si son listas, cada elemento en la suya."""
    for numero, (clave, valor) in enumerate(datos.items()):
        yield f"{',' if numero else '{'}\n  {escribir(clave)}: "
        if isinstance(valor, list):
            filas = ",\n    ".join(map(escribir, valor))
            yield f"[\n    {filas}\n  ]"
        elif clave == "resumen":
            filas = ",\n    ".join(
                f"{escribir(c)}: {escribir(v)}" for c, v in valor.items()
            )
            yield f"{{\n    {filas}\n  }}"
        else:
            yield escribir(valor)
    yield "\n}\n"


def escribir(valor: object) -> str:
    return json.dumps(valor, ensure_ascii=False)


def redondear(numero: float) -> float:
    """Con tres cifras, y sin decimales si ya las tiene antes de la coma."""
    redondo = float(f"{numero:.{CIFRAS}g}")
    return int(redondo) if redondo >= 10 ** (CIFRAS - 1) else redondo
