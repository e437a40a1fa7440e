"""Lo que cuesta abrir cada clase de página: lo que se admite y lo que la guía publica."""

import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from motor.rutas import SNIPPETS
from verificador.web.visita import ANCHOS, TEMAS, Visita

PUBLICADAS = SNIPPETS / "referencia" / "verificacion" / "cifras.md"
# Cambiar una página cambia un poco el peso de todas, que llevan el índice del buscador: lo
# publicado no se reescribe por eso.
TOLERANCIA = 0.05


class SinClase(Exception):
    """Una página que ninguna clase del presupuesto recoge, o una clase sin páginas."""


class Gasto(NamedTuple):
    """Lo que cuesta abrir una página."""

    kB: int
    peticiones: int
    elementos: int

    @classmethod
    def de(cls, visita: Visita) -> "Gasto":
        kilos = math.ceil(sum(visita.pesos.values()) / 1000)
        return cls(kilos, len(visita.pedidos), visita.elementos)


@dataclass(frozen=True)
class Clase:
    """Páginas que se parecen, y lo más que puede costar abrir una."""

    nombre: str
    direcciones: tuple[str, ...]
    limite: Gasto

    def recoge(self, pagina: str) -> bool:
        return any(fnmatchcase(pagina, patron) for patron in self.direcciones)


def leer_clases() -> list[Clase]:
    """Las clases del presupuesto, en el orden en que recogen páginas."""
    texto = Path(__file__).with_name("presupuesto.toml").read_text("utf-8")
    return [
        Clase(nombre, tuple(datos.pop("direcciones")), Gasto(**datos))
        for nombre, datos in tomllib.loads(texto).items()
    ]


def por_clases(visitas: list[Visita], clases: list[Clase]) -> dict[str, list[Visita]]:
    """Las visitas a las páginas de cada clase.

    Raises:
        SinClase: si el presupuesto no dice de qué clase es una página, o si sobra una clase.
    """
    repartidas: dict[str, list[Visita]] = {clase.nombre: [] for clase in clases}
    for visita in visitas:
        suya = next((c for c in clases if c.recoge(visita.pagina)), None)
        if not suya:
            raise SinClase(f"presupuesto.toml: ninguna clase para {visita.pagina}")
        repartidas[suya.nombre].append(visita)
    if vacias := [nombre for nombre, suyas in repartidas.items() if not suyas]:
        raise SinClase(f"presupuesto.toml: clases sin páginas, {vacias}")
    return repartidas


def excesos(visitas: list[Visita], clases: list[Clase]) -> Iterator[str]:
    """Lo que pasa de lo presupuestado, con lo que más pesa de esa página."""
    limites = {clase.nombre: clase.limite for clase in clases}
    for nombre, suyas in por_clases(visitas, clases).items():
        for visita in suyas:
            for que, gastado in Gasto.de(visita)._asdict().items():
                tope = getattr(limites[nombre], que)
                if gastado > tope:
                    yield (
                        f"{visita.pagina or 'portada'}: {gastado} {que}; "
                        f"lo más para «{nombre}» son {tope}. Pesan más: {de_que(visita)}"
                    )


def de_que(visita: Visita) -> str:
    """Lo que más pesa de una página."""
    pesados = sorted(visita.pesos.items(), key=lambda par: -par[1])[:4]
    return ", ".join(f"{Path(a).name} {peso / 1000:.0f} kB" for a, peso in pesados)


def publicar(visitas: list[Visita], axe: str) -> str:
    """Lo medido, en Markdown: de cada clase de página, lo que cuesta la que más.

    Args:
        visitas: todas las de una medición.
        axe: la versión de axe-core que las ha mirado.
    """
    clases = leer_clases()
    filas = [
        fila(clase, suyas)
        for clase, suyas in zip(
            clases, por_clases(visitas, clases).values(), strict=True
        )
    ]
    paginas = len(visitas)
    estados = paginas * len(ANCHOS) * len(TEMAS)
    malos = len({p[:3] for v in visitas for p in v.problemas})
    anchos = " y ".join(f"{ancho}" for ancho in ANCHOS)
    return "\n".join(
        [
            "| Clase | Páginas | kB | Peticiones | Elementos | Lo más que se admite |",
            "| :-- | --: | --: | --: | --: | :-- |",
            *filas,
            "",
            f"{paginas} páginas × {len(ANCHOS)} anchos ({anchos} px) × {len(TEMAS)} temas = "
            f"{estados} estados; sin ningún fallo, {estados - malos}. Con axe-core {axe}.",
            "",
        ]
    )


def fila(clase: Clase, visitas: list[Visita]) -> str:
    gasto = Gasto(*map(max, zip(*map(Gasto.de, visitas), strict=True)))
    celdas = [clase.nombre, len(visitas), *gasto]
    celdas.append("{} kB · {} · {}".format(*clase.limite))
    return f"| {' | '.join(map(str, celdas))} |"


def parecidas(publicado: str, medido: str) -> bool:
    """Si dicen lo mismo y ningún número se ha alejado más de lo que se tolera."""
    numero = re.compile(r"\d+")
    if numero.sub("#", publicado) != numero.sub("#", medido):
        return False
    pares = zip(numero.findall(publicado), numero.findall(medido), strict=True)
    return all(abs(int(a) - int(b)) <= TOLERANCIA * int(b) for a, b in pares)
