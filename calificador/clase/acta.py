"""El acta de una clase: lo que se recuerda de una vez a otra, y las tablas que lee su docente."""

import csv
import html
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template

from calificador.clase.notas import Nota, Resultado
from calificador.ejercicios import Ejercicio
from calificador.lengua import contar
from calificador.progreso import sustituir
from motor.rutas import RAIZ

Notas = Mapping[str, Mapping[str, Nota]]  # de cada estudiante, la de cada ejercicio

MEMORIA, TABLA, PAGINA = "notas.json", "notas.csv", "notas.html"
PLANTILLA = Path(__file__).with_name("acta.html")
COLUMNAS = (
    *("estudiante", "ejercicio", "archivo", "resultado"),
    *("falta", "consejo", "pagina", "segundos"),
)
SENALES = {
    Resultado.BIEN: "✓",
    Resultado.FALTA: "✗",
    Resultado.SIN_EMPEZAR: "·",
    Resultado.SIN_ENTREGAR: "–",
    Resultado.SIN_CORREGIR: "?",
}
# Una hoja de cálculo tomaría por fórmula lo que empieza así, y aquí lo escribe un estudiante.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Acta:
    """Las notas de una clase, guardadas en su carpeta a medida que se saben."""

    def __init__(self, clase: Path) -> None:
        """Lee las que haya, si las puso este mismo calificador."""
        self.clase = clase
        self._guardado: dict[str, dict[str, object]] = {}
        try:
            leido = json.loads((clase / MEMORIA).read_text("utf-8"))
            if leido["calificador"] == version():
                self._guardado = dict(leido["estudiantes"])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # no hay, o no se entiende: se corrige todo

    def nota(self, estudiante: str, huella: str, ejercicio: str) -> Nota | None:
        """La que ya tiene, si su entrega no ha cambiado."""
        try:
            suyo = self._guardado[estudiante]
            datos = suyo["notas"][ejercicio]
            nota = Nota(**datos | {"resultado": Resultado(datos["resultado"])})
        except (KeyError, TypeError, ValueError):  # no la hay, o alguien la ha tocado
            return None
        vale = suyo["huella"] == huella and nota.resultado != Resultado.SIN_CORREGIR
        return nota if vale else None

    def apuntar(self, estudiante: str, huella: str, ejercicio: str, nota: Nota) -> None:
        """Guarda una nota en cuanto se sabe.

        Raises:
            OSError: si en la carpeta de la clase no se puede escribir.
        """
        suyo = self._guardado.get(estudiante)
        if not isinstance(suyo, dict) or suyo.get("huella") != huella:
            suyo = {"huella": huella, "notas": {}}
        suyo["notas"][ejercicio] = asdict(nota)
        self._guardado[estudiante] = suyo
        todo = {"calificador": version(), "estudiantes": self._guardado}
        texto = json.dumps(todo, ensure_ascii=False, indent=1)
        sustituir(self.clase / MEMORIA, f"{texto}\n")

    def publicar(self, ejercicios: list[Ejercicio], notas: Notas) -> None:
        """Escribe la tabla y la página.

        Raises:
            OSError: si en la carpeta de la clase no se puede escribir.
        """
        # Con su marca, Excel sabe que es UTF-8.
        sustituir(self.clase / TABLA, "\ufeff" + tabla(ejercicios, notas))
        sustituir(self.clase / PAGINA, pagina(self.clase.name, ejercicios, notas))


@cache
def version() -> str:
    """Un resumen del calificador: lo que corrigió otro se vuelve a corregir."""
    suma = sha256()
    for carpeta in ("calificador", "motor"):
        for ruta in sorted((RAIZ / carpeta).rglob("*.py")):
            suma.update(ruta.read_bytes())
    return suma.hexdigest()


def tabla(ejercicios: list[Ejercicio], notas: Notas) -> str:
    """Una fila por estudiante y ejercicio, en CSV."""
    texto = io.StringIO()
    filas = csv.writer(texto, lineterminator="\n")
    filas.writerow(COLUMNAS)
    for quien, ejercicio, nota in una_a_una(ejercicios, notas):
        propias = (quien, ejercicio.numero, ejercicio.archivo, *asdict(nota).values())
        filas.writerow(map(sin_formulas, propias))
    return texto.getvalue()


def sin_formulas(celda: object) -> object:
    """Una celda que ninguna hoja de cálculo ejecutará."""
    es_formula = isinstance(celda, str) and celda.startswith(FORMULA)
    return f"'{celda}" if es_formula else celda


def una_a_una(
    ejercicios: list[Ejercicio], notas: Notas
) -> Iterator[tuple[str, Ejercicio, Nota]]:
    """Cada nota, por estudiante y en el orden de los ejercicios."""
    for quien, suyas in notas.items():
        for ejercicio in ejercicios:
            yield quien, ejercicio, suyas[ejercicio.nombre]


def pagina(clase: str, ejercicios: list[Ejercicio], notas: Notas) -> str:
    """La página que se lee en un navegador: la tabla y, debajo, qué le falta a cada cual."""
    return Template(PLANTILLA.read_text("utf-8")).substitute(
        clase=html.escape(clase),
        cuantos=contar(len(notas), "estudiante", "estudiantes"),
        leyenda=", ".join(f"{senal} {que}" for que, senal in SENALES.items()),
        cabecera="".join(
            f'<th scope="col" title="{html.escape(e.titulo)}">{e.numero}</th>'
            for e in ejercicios
        ),
        filas="\n".join(fila(quien, ejercicios, notas[quien]) for quien in notas),
        aprobados="".join(
            f"<td>{sum(n[e.nombre].resultado == Resultado.BIEN for n in notas.values())}</td>"
            for e in ejercicios
        ),
        detalle="\n".join(detalle(quien, ejercicios, notas[quien]) for quien in notas),
    )


def fila(quien: str, ejercicios: list[Ejercicio], suyas: Mapping[str, Nota]) -> str:
    """La de un estudiante en la tabla."""
    resultados = [suyas[e.nombre].resultado for e in ejercicios]
    celdas = "".join(
        f'<td class="{r.name.lower()}" title="{r}">{SENALES[r]}</td>'
        for r in resultados
    )
    hechos = resultados.count(Resultado.BIEN)
    return (
        f'<tr><th scope="row">{html.escape(quien)}</th>{celdas}<td>{hechos}</td></tr>'
    )


def detalle(quien: str, ejercicios: list[Ejercicio], suyas: Mapping[str, Nota]) -> str:
    """Lo primero que le falta a un estudiante en cada ejercicio que ha empezado."""
    frases = [
        f"<li><b>{e.numero}. {html.escape(e.titulo)}</b> ({suyas[e.nombre].segundos:g} s): "
        f"{html.escape(suyas[e.nombre].falta)}. {html.escape(suyas[e.nombre].consejo)}</li>"
        for e in ejercicios
        if suyas[e.nombre].resultado in (Resultado.FALTA, Resultado.SIN_CORREGIR)
    ]
    if not frases:
        return ""
    return f"<h3>{html.escape(quien)}</h3>\n<ul>\n{''.join(frases)}\n</ul>"
