import pandas as pd
import pytest
import resumen_ventas as r


@pytest.fixture
def ventas():
    return pd.DataFrame(
        {
            "tienda": ["A", "A", "B", "B", "B"],
            "precio": [10.0, 10.0, 5.0, float("nan"), 5.0],
            "cantidad": [2, 2, 3, 1, float("nan")],
        }
    )


class TestResumen:
    def test_quita(self, ventas):
        assert r.limpiar.fn(ventas).index.tolist() == [0, 2]

    @pytest.mark.parametrize("tienda, total", [("A", 20), ("B", 15)])
    def test_suma(self, ventas, tienda, total):
        assert r.sumar.fn(r.limpiar.fn(ventas))[tienda] == pytest.approx(total)
