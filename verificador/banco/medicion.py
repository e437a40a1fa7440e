"""La ejecución del banco: hace los datos, ejecuta cada programa y apunta lo que ha costado."""

import os
import platform
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from math import inf, isclose
from statistics import median

import psutil

from verificador.banco import arbol
from verificador.banco.arbol import Costo
from verificador.banco.resultados import Medida, Resultados, Tanda, redondear
from verificador.terminal import Terminal

# El mismo informe, de más a menos trabajo en Python.
MOTORES = {
    "directo": "escala/hilos-y-procesos/informe_directo.py",
    "hilos": "escala/hilos-y-procesos/informe_hilos.py",
    "procesos": "escala/hilos-y-procesos/informe_procesos.py",
    "dask": "escala/dask/informe_dask.py",
    "columnas": "escala/medir/informe_columnas.py",
    "duckdb": "escala/medir/informe_sql.py",
}
GENERADOR = "escala/hilos-y-procesos/generar_ventas.py"
VACIAS = "escala/medir/tasks_vacias.py"
CRUCE = "escala/medir/cruce.py"
VENTAS = "data/output/ventas_por_mes"
MESES = 12
# Tan pocas que lo que se tarda es lo que cuesta arrancar; pero hay de cada tienda cada mes.
ARRANQUE = 100 * MESES
# Un año de ahora, diez veces más y cien veces más.
FILAS = (120_000, 1_200_000, 12_000_000)
MUCHAS = 1000
# Elementos, cuántos por lote y con qué se envían.
TANDAS = [
    (1, 1, "map"),
    (1, 1, "submit"),
    (100, 1, "map"),
    (100, 1, "submit"),
    (MUCHAS, 1, "map"),
    (MUCHAS, 1, "submit"),
    (MUCHAS, 100, "map"),
]
VECES = 3
LIMITE_DE_CALMA_S = 120  # lo que se espera a que acabe lo que dejó el programa anterior
# Lo corto se repite, que es donde más pesa el azar; lo largo no, que el banco no acabaría.
HASTA_S = 12
BYTES_POR_FILA = 20  # con holgura: son unos 15
VERSIONES = ("prefect", "prefect-dask", "dask", "pandas", "pyarrow", "duckdb")
IMPORTE = re.compile(r"^([\w ]+): (\d+\.\d+) MXN$", re.M)
Avisar = Callable[[str], None]


class BancoRoto(Exception):
    """El banco no puede empezar, o lo que mide no es lo mismo; el mensaje dice por qué."""


@dataclass
class Banco:
    """Mide en una carpeta del lector, con su servidor en marcha.

    Attributes:
        terminal: la del lector.
        avisar: a quién se le cuenta por dónde va.
        veces: las que se repite lo corto, como mucho.
        hasta_s: los segundos que tienen que sumar para dejar de repetirlo.
    """

    terminal: Terminal
    avisar: Avisar
    veces: int = VECES
    hasta_s: float = HASTA_S

    def medir(
        self,
        filas: Sequence[int] = FILAS,
        motores: Mapping[str, str] = MOTORES,
        tandas: Sequence[tuple[int, int, str]] = TANDAS,
    ) -> Resultados:
        """Todo lo pedido, en una ejecución.

        Args:
            filas: cuántas se leen, en total; además del arranque.
            motores: los programas, por su nombre.
            tandas: las tasks vacías.

        Raises:
            BancoRoto: si no hay disco, el servidor no acaba lo que tiene o dos motores no dan
                el mismo informe.
            ProgramaRoto: si un programa falla.
        """
        self.exigir_disco(max(filas))
        disco, medidas = {}, []
        for cuantas in (ARRANQUE, *sorted(filas)):
            disco[cuantas] = self.generar(cuantas)
            medidas += self.comparar(cuantas, motores)
        return Resultados(
            fecha=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
            maquina=maquina(),
            versiones={"python": platform.python_version()}
            | {nombre: version(nombre) for nombre in VERSIONES},
            como=self.como(),
            disco_mb=disco,
            medidas=medidas,
            tandas=[self.tanda(*pedida) for pedida in tandas],
        )

    def como(self) -> dict[str, str | float]:
        """Cómo se mide, para que quien lea los números sepa qué son."""
        return {
            "memoria": arbol.MEMORIA,
            "periodo_s": arbol.PERIODO_S,
            "servidor": "en marcha aparte, con SQLite; no se cuenta, y se espera a que "
            "acabe con lo de antes",
            "repeticiones": f"hasta sumar {self.hasta_s:g} s, {self.veces} como mucho; "
            "se da la mediana",
        }

    def exigir_disco(self, filas: int) -> None:
        """Que quepan los datos, antes de empezar."""
        hace_falta = filas * BYTES_POR_FILA
        libre = shutil.disk_usage(self.terminal.raiz).free
        if libre < 2 * hace_falta:
            raise BancoRoto(
                f"en {self.terminal.raiz} hay {libre // arbol.MEGA} MB libres y hacen falta "
                f"{2 * hace_falta // arbol.MEGA}. Pide menos con FILAS=…, o pon TMPDIR=… en "
                "otro disco."
            )

    def generar(self, filas: int) -> float:
        """Hace los datos y dice cuántos MB ocupan."""
        self.avisar(f"{filas} filas")
        if filas % MESES:
            raise BancoRoto(
                f"{filas} filas no se reparten en {MESES} archivos iguales."
            )
        self.ejecutar(GENERADOR, "--filas", str(filas // MESES))
        archivos = (self.terminal.raiz / VENTAS).glob("*.parquet")
        return redondear(sum(a.stat().st_size for a in archivos) / arbol.MEGA)

    def comparar(self, filas: int, motores: Mapping[str, str]) -> list[Medida]:
        """Los motores, uno detrás de otro, con los mismos datos."""
        medidas, informes = [], {}
        for motor, programa in motores.items():
            # El arranque, siempre: es lo más corto, y dice cuánto varía lo mismo.
            costos = self.repetir(programa, hasta_s=inf if filas == ARRANQUE else None)
            informes[motor] = informe(costos[0].salida)
            medidas.append(
                Medida(
                    motor=motor,
                    filas=filas,
                    memoria_mb=redondear(max(c.memoria_mb for c in costos)),
                    procesos=max(c.procesos for c in costos),
                    **tiempos(costos),
                )
            )
            self.avisar(f"  {motor}: {medidas[-1].segundos:g} s")
        exigir_lo_mismo(informes)
        return medidas

    def tanda(self, elementos: int, por_lote: int, forma: str) -> Tanda:
        """Unas tasks vacías."""
        pedido = [str(elementos), "--por-lote", str(por_lote)]
        costos = self.repetir(VACIAS, *pedido, *["--con-submit"] * (forma == "submit"))
        hechas = re.search(
            r"^(\d+) elementos en (\d+) task runs$", costos[0].salida, re.M
        )
        if not hechas or int(hechas[1]) != elementos:
            raise BancoRoto(f"{VACIAS} no ha contado {elementos}:\n{costos[0].salida}")
        self.avisar(f"  {elementos} elementos con {forma}, {hechas[2]} task runs")
        return Tanda(
            forma=forma,
            elementos=elementos,
            task_runs=int(hechas[2]),
            **tiempos(costos),
        )

    def repetir(
        self, programa: str, *argumentos: str, hasta_s: float | None = None
    ) -> list[Costo]:
        """Ejecuta un programa las veces que toque."""
        tope = hasta_s or self.hasta_s
        costos: list[Costo] = []
        while len(costos) < self.veces and sum(c.segundos for c in costos) < tope:
            costos.append(self.ejecutar(programa, *argumentos))
        return costos

    def ejecutar(self, programa: str, *argumentos: str) -> Costo:
        """Un programa de snippets/, en la carpeta del lector: `python programa.py …`."""
        guardado = self.terminal.guardar(programa)
        if not arbol.esperar_calma(LIMITE_DE_CALMA_S):
            raise BancoRoto(
                f"El servidor sigue ocupado después de {LIMITE_DE_CALMA_S} segundos."
            )
        orden = ["python", guardado.name, *argumentos]
        return arbol.medir(orden, self.terminal.carpeta, self.terminal.entorno)


def tiempos(costos: Sequence[Costo]) -> dict[str, object]:
    """Los segundos de unas repeticiones, como se guardan."""
    veces = [redondear(costo.segundos) for costo in costos]
    return {
        "segundos": redondear(median(veces)),
        "veces": veces,
        "cpu_s": redondear(median(costo.cpu_s for costo in costos)),
    }


def informe(salida: str) -> dict[str, float]:
    """Lo vendido por tienda que imprime un programa."""
    return {tienda: float(importe) for tienda, importe in IMPORTE.findall(salida)}


def exigir_lo_mismo(informes: Mapping[str, dict[str, float]]) -> None:
    """Que todos los motores den el mismo informe: si no, comparar lo que tardan no dice nada.

    Raises:
        BancoRoto: si alguno no da ninguno, o da otro.
    """
    (uno, suyo), *otros = informes.items()
    if not suyo:
        raise BancoRoto(f"«{uno}» no da ningún informe.")
    for otro, propio in otros:
        iguales = suyo.keys() == propio.keys() and all(
            isclose(suyo[t], propio[t], rel_tol=1e-9, abs_tol=0.02) for t in suyo
        )
        if not iguales:
            raise BancoRoto(f"«{uno}» da {suyo} y «{otro}», {propio}.")


def maquina() -> dict[str, str | int | float]:
    """Con qué se mide."""
    memoria = psutil.virtual_memory().total / 1024**3
    return {
        "sistema": platform.system(),
        "procesador": platform.machine(),
        "núcleos": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memoria_gb": round(memoria),
        "carga": round(os.getloadavg()[0], 1),
    }
