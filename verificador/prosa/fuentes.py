"""Las fuentes de lo que la guía dice y no ejecuta: una página con su dirección y su fecha."""

import re
from collections.abc import Iterator

from motor.rutas import DOCS
from verificador.origen import donde
from verificador.pagina import Pagina
from verificador.problemas import Problema
from verificador.prosa.marcas import FUENTES, Marca

PAGINA = DOCS / "referencia" / "fuentes.md"


def citada(marca: Marca) -> bool:
    """Si una fuente está en la página de fuentes, con dirección y fecha."""
    hallada = FUENTES.search(marca.destino)
    return bool(hallada) and vale_como_fuente(apartados().get(hallada["ancla"], ""))


def apartados() -> dict[str, str]:
    """Lo que dice cada apartado de la página de fuentes, por su ancla."""
    trozos = re.split(r"^### ", PAGINA.read_text("utf-8"), flags=re.MULTILINE)
    anclas = (re.search(r"\{ #([\w-]+) \}", trozo) for trozo in trozos[1:])
    pares = zip(anclas, trozos[1:], strict=True)
    return {ancla[1]: trozo for ancla, trozo in pares if ancla}


def vale_como_fuente(apartado: str) -> bool:
    """Si un apartado dice dónde y cuándo se ha leído."""
    con_fecha = re.search(r"Consultada el \d+ de \w+ de 20\d\d\.", apartado)
    return "](http" in apartado and bool(con_fecha)


def problemas(pagina: Pagina) -> Iterator[Problema]:
    """Las fuentes sin dirección o sin fecha."""
    for ancla, apartado in apartados().items():
        if not vale_como_fuente(apartado):
            lugar = donde(pagina.ruta, f"#{ancla}")
            remedio = "añade su enlace y «Consultada el … de … de 20…»."
            yield Problema(
                lugar, f"la fuente «{ancla}» no dice dónde ni cuándo", remedio
            )
