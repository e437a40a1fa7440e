from prefect.client.orchestration import SyncPrefectClient
from prefect.settings import PREFECT_API_URL


class Informe:
    def __init__(self):
        self.cliente = SyncPrefectClient(PREFECT_API_URL.value())

    def imprimir(self):
        todas = [r for r in self.cliente.read_flow_runs() if r.state.is_final()]
        todas.sort(key=lambda r: r.end_time, reverse=True)
        for r in todas[:3]:
            print("Estado:", r.state_name)
            print("Flow:", self.cliente.read_flow(r.flow_id).name)
            print("Duración:", r.total_run_time)
            print()


Informe().imprimir()
