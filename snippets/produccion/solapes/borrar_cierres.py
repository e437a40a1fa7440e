"""Borra el work pool «cajas» y sus deployments, con lo que esperaba."""

from prefect.client.orchestration import get_client

if __name__ == "__main__":
    with get_client(sync_client=True) as cliente:
        for deployment in cliente.read_deployments():
            if deployment.work_pool_name == "cajas":
                cliente.delete_deployment(deployment.id)
                print(f"{deployment.name}, borrado")
        cliente.delete_work_pool("cajas")
