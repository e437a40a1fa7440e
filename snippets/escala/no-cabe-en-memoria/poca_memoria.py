"""Un límite de memoria para un trozo de programa. Solo para Linux."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa


@contextmanager
def como_mucho(megas: int | None) -> Iterator[None]:
    """Dentro, este proceso solo puede pedir esos megas más; con None, los que quiera."""
    if megas is None:
        yield
        return
    import resource  # Windows no lo tiene

    pa.set_memory_pool(pa.system_memory_pool())  # la suya aparta un giga al empezar
    pa.set_cpu_count(1)  # cada hilo aparta memoria
    pa.set_io_thread_count(1)
    estado = Path("/proc/self/status").read_text("utf-8")
    usados = int(re.search(r"VmData:\s+(\d+) kB", estado)[1]) * 1024
    antes = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (usados + megas * 1024**2, antes[1]))
    try:
        yield
    except MemoryError:  # el mensaje de cada biblioteca es otro
        raise MemoryError(f"no basta con {megas} megas más") from None
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, antes)
