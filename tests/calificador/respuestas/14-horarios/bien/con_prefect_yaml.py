import subprocess
import sys
from pathlib import Path

AQUI = Path(__file__).parent
(AQUI / "prefect.yaml").write_text(
    """
deployments:
- name: diario
  entrypoint: informe_tienda.py:informe_de_tienda
  work_pool: { name: informes }
  concurrency_limit: { limit: 1, collision_strategy: CANCEL_NEW }
  schedules:
  - rrule: FREQ=DAILY;BYHOUR=7;BYMINUTE=0;BYSECOND=0
    timezone: America/Mexico_City
    parameters: { tienda: Puebla }
  - cron: "0 8 * * *"
    timezone: Europe/Madrid
    parameters: { tienda: Monterrey }
"""
)
subprocess.run(
    [sys.executable, "-m", "prefect", "deploy", "--all", "--no-prompt"], cwd=AQUI, check=True
)
