"""Una sola prueba, del flow, con un CSV pequeño."""

from pathlib import Path

from resumen_ventas import resumen_ventas

CSV = """tienda,precio,cantidad
Puebla,10,2
Puebla,10,2
León,,1
León,5,
Monterrey,5,3
"""


def test_el_flow_devuelve_los_totales(tmp_path: Path) -> None:
    entrada = tmp_path / "ventas.csv"
    entrada.write_text(CSV, encoding="utf-8")
    estado = resumen_ventas(entrada, return_state=True)
    assert estado.is_completed()
    assert estado.result() == {"Puebla": 20, "Monterrey": 15}
