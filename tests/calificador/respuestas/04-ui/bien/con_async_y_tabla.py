import asyncio
from prefect import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.sorting import FlowRunSort

async def main():
    async with get_client() as c:
        runs = await c.read_flow_runs(
            flow_run_filter=FlowRunFilter(state={"type": {"any_": ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]}}),
            sort=FlowRunSort.START_TIME_DESC, limit=3)
        print("Inicio                    | Estado    | Flow                 | Segundos")
        for r in runs:
            f = await c.read_flow(r.flow_id)
            print(r.start_time, "|", r.state.type.value, "|", f.name.ljust(20), "|", (r.end_time - r.start_time).total_seconds())

asyncio.run(main())
