import subprocess
import sys
from pathlib import Path

AQUI = Path(__file__).parent
UNO = """
- name: {nombre}
  entrypoint: ranking.py:ranking_de_productos
  parameters: {{ tienda: Monterrey }}
  work_pool: {{ name: ranking }}
  pull:
  - prefect.deployments.steps.git_clone:
      repository: "{repo}"
      branch: {rama}
"""
yaml = "deployments:\n"
for nombre, rama in {"produccion": "main", "pruebas": "pruebas"}.items():
    yaml += UNO.format(nombre=nombre, rama=rama, repo=AQUI / "ranking.git")
(AQUI / "prefect.yaml").write_text(yaml)
subprocess.run(
    [sys.executable, "-m", "prefect", "deploy", "--all", "--no-prompt"], cwd=AQUI, check=True
)
