"""Qué módulos de Prefect importa un flow que no se importan de antemano: en frío, en JSON."""

import importlib
import json
import sys

from motor import prefect_por_dentro as por_dentro


def de_prefect() -> set[str]:
    """Los módulos de Prefect que ya están importados."""
    return {m for m in sys.modules if m.partition(".")[0].startswith("prefect")}


for modulo in por_dentro.MODULOS:
    importlib.import_module(modulo)
antes = de_prefect()

from prefect import flow, task  # noqa: E402


@task
def nada() -> None:
    pass


@flow
def vacio() -> None:
    nada()
    nada.submit().wait()


vacio()
print(json.dumps(sorted(de_prefect() - antes)))
