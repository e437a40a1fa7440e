"""Dos reglas más: para el informe que no empieza a su hora y para el que no acaba."""

from datetime import timedelta

from avisar_de_fallos import INFORMES, crear
from prefect.automations import EventTrigger, Posture

FINALES = ("Completed", "Failed", "TimedOut", "Crashed", "Cancelled")

if __name__ == "__main__":
    no_empieza = EventTrigger(expect={"prefect.flow-run.Late"}, match_related=INFORMES)
    no_acaba = EventTrigger(
        posture=Posture.Proactive,
        after={"prefect.flow-run.Running"},
        expect={f"prefect.flow-run.{estado}" for estado in FINALES},
        within=timedelta(seconds=10),
        for_each={"prefect.resource.id"},
        match_related=INFORMES,
    )
    crear("No ha empezado", no_empieza)
    crear("No ha acabado", no_acaba)
    print("El servidor avisará de lo que se retrase")
