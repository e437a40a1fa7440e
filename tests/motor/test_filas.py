"""Cómo se cuenta lo que hizo un flow que murió: hasta dónde llegó, y que ya no va a cambiar."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from motor.apuntes import a_medias
from motor.ejecuciones import Flujo, Tarea, Tramo
from motor.filas import FALLA, clase_de, filas


def flujo(estado: str, de_la_tarea: str, *tramos: Tramo) -> Flujo:
    """Uno de cinco segundos con una tarea que empezó en el segundo dos."""
    espera = Tramo("Pending", 1.9, 2.0, "Running")
    tarea = Tarea(uuid4(), "cargar", de_la_tarea, 1, tramos=[espera, *tramos])
    propio = Tramo("Running", 0.0, 5.0, estado)
    return Flujo(uuid4(), "carga", estado, datetime.now(UTC), [propio], [tarea])


def test_la_tarea_en_marcha_dura_hasta_que_consta_la_muerte_de_su_flow() -> None:
    _, cargar = filas(flujo("Crashed", "Running"))
    assert [(t.inicio, t.fin, clase_de(t)) for t in cargar.tramos] == [
        (2.0, 5.0, FALLA)
    ]
    assert cargar.final == "Running"


@pytest.mark.parametrize(
    ("estado", "de_la_tarea"), [("Running", "Running"), ("Crashed", "Completed")]
)
def test_solo_esa_se_alarga(estado: str, de_la_tarea: str) -> None:
    _, cargar = filas(flujo(estado, de_la_tarea))
    assert cargar.tramos == []


def test_un_flow_muerto_no_esta_a_medias_aunque_sus_tareas_si() -> None:
    assert not a_medias(flujo("Crashed", "Running"))
    assert a_medias(flujo("Completed", "Running"))
    assert a_medias(flujo("Running", "Completed"))
