"""Pregunta al servidor qué guarda de los deployments que le nombras."""

import sys

from prefect.client.orchestration import get_client


def mostrar(nombres: list[str]) -> None:
    """Imprime de dónde sale el código de cada uno, y con qué se ejecuta."""
    with get_client(sync_client=True) as cliente:
        for nombre in nombres:
            deployment = cliente.read_deployment_by_name(nombre)
            print(f"{nombre}, versión {deployment.version}")
            for paso in deployment.pull_steps or []:
                for orden, opciones in paso.items():
                    print(f"  antes: {orden.split('.')[-1]} {opciones}")
            print(f"  código: {deployment.entrypoint}")
            print(f"  parámetros: {deployment.parameters}")
            print(f"  etiquetas: {deployment.tags}")


if __name__ == "__main__":
    mostrar(sys.argv[1:])
