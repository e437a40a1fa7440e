from prefect.client.orchestration import get_client

FLOWS = ["margen-por-ciudad", "ingresos-por-tienda", "primer-flow"]

with get_client(sync_client=True) as c:
    for nombre in FLOWS:
        runs = c.read_flow_runs(limit=200)
        r = [r for r in runs if c.read_flow(r.flow_id).name == nombre and r.end_time]
        r = max(r, key=lambda r: r.end_time)
        print(nombre, r.state_name, round(r.total_run_time.total_seconds(), 2))
