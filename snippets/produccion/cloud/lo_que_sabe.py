"""Pregunta a la API todo lo que sabe de la última ejecución de `lo_que_sale.py`."""

from prefect.client.orchestration import get_client

BUSCADO = {
    "el parámetro": "Puebla",
    "lo que imprimes": "El que más sale",
    "una celda de la tabla": "Cojín bordado",
    "tu código": "value_counts",
}
DEL_FLOW = {"flows": {"name": {"any_": ["lo-que-sale"]}}}
LA_ULTIMA = {**DEL_FLOW, "sort": "EXPECTED_START_TIME_DESC", "limit": 1}


def sabe() -> str:
    """La ejecución, sus tasks, sus artifacts y sus logs, tal como los da la API."""
    with get_client(sync_client=True) as cliente:
        (run,) = cliente.request("POST", "/flow_runs/filter", json=LA_ULTIMA).json()
        suya = {"any_": [run["id"]]}
        pedidos = {
            "/flow_runs/filter": {"flow_runs": {"id": suya}},
            "/task_runs/filter": {"flow_runs": {"id": suya}},
            "/artifacts/filter": {"flow_runs": {"id": suya}},
            "/logs/filter": {"logs": {"flow_run_id": suya}},
        }
        respuestas = [cliente.request("POST", r, json=p) for r, p in pedidos.items()]
    return "".join(respuesta.text for respuesta in respuestas)


if __name__ == "__main__":
    todo = sabe()
    for que, texto in BUSCADO.items():
        print(f"{'Ha llegado' if texto in todo else 'No ha llegado'}: {que}")
