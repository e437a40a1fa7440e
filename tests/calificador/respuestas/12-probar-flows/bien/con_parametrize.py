import pandas
import pytest
import resumen_ventas as programa

COLUMNAS = ["tienda", "precio", "cantidad"]


@pytest.fixture
def tabla():
    return lambda *filas: pandas.DataFrame(filas, columns=COLUMNAS)


@pytest.mark.parametrize(
    ("filas", "quedan"),
    [
        ([("A", 1.0, 1.0)] * 3, 1),
        ([("A", 1.0, 1.0), ("A", 1.0, None)], 1),
        ([("A", None, 1.0)], 0),
        ([(None, 1.0, 1.0)], 1),
    ],
)
def test_limpia(tabla, filas, quedan):
    assert len(programa.limpiar.fn(tabla(*filas))) == quedan


def test_suma(tabla):
    sumas = programa.sumar.fn(tabla(("A", 2, 3), ("B", 5, 7), ("A", 1, 1)))
    assert sorted(sumas.items()) == [("A", 7), ("B", 35)]
