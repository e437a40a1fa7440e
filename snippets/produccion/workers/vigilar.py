"""Una regla del servidor: la ejecución que deja de dar latidos pasa a `Crashed`."""

from datetime import timedelta

from prefect.automations import Automation, EventTrigger, Posture
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState

LATIDO = "prefect.flow-run.heartbeat"
CALLAN = ("Completed", "Failed", "TimedOut", "Crashed", "Cancelled", "Suspended")

if __name__ == "__main__":
    calla = EventTrigger(
        posture=Posture.Proactive,
        after={LATIDO},
        expect={LATIDO, *(f"prefect.flow-run.{estado}" for estado in CALLAN)},
        within=timedelta(minutes=10),
        for_each={"prefect.resource.id"},
    )
    muerta = ChangeFlowRunState(state=StateType.CRASHED, message="No da latidos")
    Automation(name="Sin latidos", trigger=calla, actions=[muerta]).create()
    print("El servidor vigila los latidos de las ejecuciones")
