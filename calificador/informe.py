"""Unas correcciones en JSON: para que las lea otro programa, como el de quien da la clase."""

import json
from dataclasses import asdict

from calificador.veredicto import Correccion


def en_json(correcciones: list[Correccion]) -> str:
    """Una lista con cada ejercicio, los puntos que se han mirado y lo que ha impedido seguir."""
    return json.dumps([*map(datos, correcciones)], ensure_ascii=False, indent=2) + "\n"


def datos(correccion: Correccion) -> dict[str, object]:
    """Los de una corrección; «tropiezo» es nulo si nada ha impedido seguir."""
    tropiezo = correccion.tropiezo
    return {
        "ejercicio": correccion.ejercicio.nombre,
        "aprobado": correccion.aprobado,
        "puntos": [asdict(punto) for punto in correccion.puntos],
        "tropiezo": tropiezo
        and {
            "que": tropiezo.que,
            "consejo": tropiezo.consejo,
            "pagina": tropiezo.pagina,
        },
        "avisos": [aviso._asdict() for aviso in correccion.avisos],
    }
