"""Deja en el servidor una regla: si un informe acaba mal, que mande una petición HTTP."""

import json
from contextlib import suppress
from pathlib import Path

from prefect.automations import Automation, EventTrigger, SendNotification
from prefect.blocks.notifications import CustomWebhookNotificationBlock

BUZONES = Path(__file__).resolve().parents[3] / "data" / "output" / "buzones.json"
INFORMES = {"prefect.resource.role": "flow", "prefect.resource.name": "informe-*"}
TEXTO = "{{ flow_run.name }}: {{ flow_run.state.name }}. {{ flow_run.state.message }}"


def crear(nombre: str, disparador: EventTrigger) -> None:
    """Crea la regla; si ya había una con ese nombre, la sustituye."""
    puerto = json.loads(BUZONES.read_text())["web"]
    buzon = CustomWebhookNotificationBlock(
        name="guardia",
        url=f"http://127.0.0.1:{puerto}",
        json_data={"asunto": "{{subject}}", "texto": "{{body}}"},
    ).save("guardia", overwrite=True)
    asunto = nombre + ": {{ flow.name }}"
    aviso = SendNotification(block_document_id=buzon, subject=asunto, body=TEXTO)
    with suppress(ValueError):  # no había ninguna
        Automation.read(name=nombre).delete()
    Automation(name=nombre, trigger=disparador, actions=[aviso]).create()


if __name__ == "__main__":
    acaba_mal = EventTrigger(
        expect={"prefect.flow-run.*"},
        match={"prefect.state-type": ["FAILED", "CRASHED"]},
        match_related=INFORMES,
    )
    crear("Ha fallado", acaba_mal)
    print("El servidor avisará de lo que falle")
