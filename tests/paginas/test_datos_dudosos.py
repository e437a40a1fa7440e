"""El ETL de «Cuando los archivos vienen mal»: qué hace con cada clase de CSV y qué deja escrito."""

import csv
import gzip
import re
from contextlib import redirect_stdout
from decimal import Decimal
from io import StringIO
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from consultas import cambiar
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ventas import (
    cargar_modulo,
    comprobar_que_no_ha_tocado_nada,
    entrada,
    preparar,
    salida,
)

from motor.rutas import RAIZ, SNIPPETS
from verificador.terminal import Terminal

PROGRAMA = "guias/datos-dudosos/etl_resistente.py"
QUITADAS = re.compile(r"Quitadas: (\d+) repetidas, (\d+) sin precio o sin cantidad\n")

CABECERA = "venta,fecha,producto,precio,cantidad\n"
COJIN = "1,2025-01-01,Cojín,239.00,1\n"
LAPIZ = "2,2025-01-02,Lápiz,22.05,3\n"
BUENO = CABECERA + COJIN + LAPIZ
DOS = ["239.00", "66.15"]  # los totales de BUENO


@pytest.fixture(scope="module")
def etl_resistente() -> ModuleType:
    return cargar_modulo(SNIPPETS / PROGRAMA)


def con_precio(precio: str) -> str:
    """Un CSV bueno, con otro precio en la segunda venta."""
    return BUENO.replace("22.05", precio)


def con_cantidad(cantidad: str) -> str:
    return BUENO.replace("22.05,3", f"22.05,{cantidad}")


def procesar(
    etl: ModuleType, ruta: Path
) -> tuple[pd.DataFrame, pd.DataFrame, list[int]]:
    """Lo que el ETL lee de un archivo, lo que guarda y cuántas filas quita por cada motivo."""
    with redirect_stdout(StringIO()) as impreso:
        crudas = etl.extraer.fn(ruta)
        limpias = etl.transformar.fn(crudas)
    quitadas = QUITADAS.fullmatch(impreso.getvalue())
    assert quitadas, impreso.getvalue()
    return crudas, limpias, [int(n) for n in quitadas.groups()]


CORRECTOS = {
    "sin problemas": (BUENO, DOS, [0, 0]),
    "con BOM": ("\ufeff" + BUENO, DOS, [0, 0]),
    "fin de línea de Windows": (BUENO.replace("\n", "\r\n"), DOS, [0, 0]),
    "fin de línea de Mac antiguo": (BUENO.replace("\n", "\r"), DOS, [0, 0]),
    "fines de línea mezclados": (
        CABECERA + COJIN.replace("\n", "\r\n") + LAPIZ,
        DOS,
        [0, 0],
    ),
    "sin fin de línea al final": (BUENO.rstrip(), DOS, [0, 0]),
    "líneas en blanco": (BUENO.replace("\n", "\n\n , \n"), DOS, [0, 0]),
    "filas solo de comas": (BUENO + ",,,,\n,,,,\n", DOS, [0, 0]),
    "salto de línea entre comillas": (
        BUENO.replace("Cojín", '"Cojín\ngrande"'),
        DOS,
        [0, 0],
    ),
    "coma entre comillas": (BUENO.replace("Cojín", '"Cojín, grande"'), DOS, [0, 0]),
    "comillas dobladas": (BUENO.replace("Cojín", '"Cojín de 12"""'), DOS, [0, 0]),
    "comillas sueltas dentro": (BUENO.replace("Cojín", 'Cojín 12"'), DOS, [0, 0]),
    "todo entre comillas": (re.sub(r"[^,\n]+", r'"\g<0>"', BUENO), DOS, [0, 0]),
    "columnas en otro orden": (
        "cantidad,venta,precio\n1,1,239.00\n3,2,22.05\n",
        DOS,
        [0, 0],
    ),
    "fecha vacía y ninguna otra columna": (
        "fecha,precio,cantidad\n2025-01-01,239.00,1\n,22.05,3\n",
        DOS,
        [0, 0],
    ),
    "solo precio y cantidad": ("precio,cantidad\n239.00,1\n22.05,3\n", DOS, [0, 0]),
    "espacios tras las comas": (BUENO.replace(",", ", "), DOS, [0, 0]),
    "espacio duro en un extremo": (con_precio("\xa022.05"), DOS, [0, 0]),
    "columna de notas casi vacía": (
        "precio,cantidad,nota\n239.00,1,\n22.05,3,regalo\n",
        DOS,
        [0, 0],
    ),
    "columna con nombre y vacía": (
        "venta,precio,cantidad,nota\n1,239.00,1,\n2,22.05,3,\n",
        DOS,
        [0, 0],
    ),
    "producto llamado NA": (BUENO.replace("Cojín", "NA"), DOS, [0, 0]),
    "producto llamado None": (BUENO.replace("Cojín", "None"), DOS, [0, 0]),
    "producto llamado null": (BUENO.replace("Cojín", "null"), DOS, [0, 0]),
    "producto llamado nan": (BUENO.replace("Cojín", "nan"), DOS, [0, 0]),
    "producto llamado Total": (BUENO.replace("Cojín", "Total 0 %"), DOS, [0, 0]),
    "fecha vacía": (BUENO.replace("2025-01-01", ""), DOS, [0, 0]),
    "códigos con ceros": (BUENO.replace("\n1,", "\n007,"), DOS, [0, 0]),
    "códigos enormes": (BUENO.replace("\n1,", f"\n{10**30},"), DOS, [0, 0]),
    "tildes ya perdidas": (BUENO.replace("í", "\ufffd"), DOS, [0, 0]),
    "emojis": (BUENO.replace("Cojín", "🛋️ クッション"), DOS, [0, 0]),
    "booleanos en otra columna": (BUENO.replace("Cojín", "True"), DOS, [0, 0]),
    "cantidad con un decimal": (con_cantidad("3.0"), DOS, [0, 0]),
    "cantidad con dos decimales": (con_cantidad("3.00"), DOS, [0, 0]),
    "precio con un decimal": (con_precio("22.5"), ["239.00", "67.50"], [0, 0]),
    "precio sin decimales": (con_precio("22"), ["239.00", "66.00"], [0, 0]),
    "precio con ceros delante": (con_precio("0022.05"), DOS, [0, 0]),
    "precio cero": (con_precio("0"), ["239.00", "0.00"], [0, 0]),
    "cantidad cero": (con_cantidad("0"), ["239.00", "0.00"], [0, 0]),
    "cantidad menos cero": (con_cantidad("-0"), ["239.00", "0.00"], [0, 0]),
    "una devolución": (con_cantidad("-3"), ["239.00", "-66.15"], [0, 0]),
    "los mayores": (
        BUENO.replace("22.05,3", "9999999.99,999999"),
        ["239.00", "9999989990000.01"],
        [0, 0],
    ),
    "los mayores, con centavos": (
        BUENO.replace("22.05,3", "9999999.97,999983"),
        ["239.00", "9999829970000.51"],
        [0, 0],
    ),
    "fila repetida": (BUENO + COJIN, DOS, [1, 0]),
    "fila repetida tres veces": (BUENO + COJIN * 3 + LAPIZ, DOS, [4, 0]),
    "repetida con el número escrito de otra forma": (
        BUENO + COJIN.replace("239.00", "239"),
        DOS,
        [1, 0],
    ),
    "ventas iguales sin nada que las distinga": (
        "precio,cantidad\n239.00,1\n239.00,1\n22.05,3\n",
        DOS,
        [1, 0],
    ),
    "sin un precio": (BUENO + "3,2025-01-03,Taza,,1\n", DOS, [0, 1]),
    "sin una cantidad": (BUENO + "3,2025-01-03,Taza,80.00,\n", DOS, [0, 1]),
    "sin precio ni cantidad": (BUENO + "3,2025-01-03,Taza,,\n", DOS, [0, 1]),
    "sin precio y repetida": (BUENO + "3,2025-01-03,Taza,,1\n" * 2, DOS, [1, 1]),
}

NO_UTF_8 = r"^ventas\.csv no está en UTF-8: parece {}\. Guárdalo como CSV en UTF-8\.$"
CAMPOS = r"^La fila «{}» tiene {} campos y la cabecera, 5\. ¿Hay una coma sin comillas"
COMAS = r"no se separa con comas\. Usa comas, y punto para los decimales\.$"
PRECIO = r"^La columna «precio» tiene {}\. Solo valen números de 0 a 9999999\.99"
CANTIDAD = r"^La columna «cantidad» tiene {}\. Solo valen números enteros, de"
NOMBRES = r"^Hay una columna repetida, sin nombre o que ya se llama total: "
SUMA = r"^La fila «{}» parece una suma: quítala\.$"
VACIO = r"^El archivo ventas\.csv no tiene ninguna venta\.$"
COMILLAS = r"^La línea \d+ no es CSV: revisa sus comillas \("
XLSX = b"PK\x03\x04\x14\0\6\0\x08\0\0\0!\0"

RECHAZADOS = {
    "sin archivo": (None, r"ventas\.csv no existe\. Revisa la ruta\.$"),
    "0 bytes": ("", VACIO),
    "solo saltos de línea": ("\n\n \n", VACIO),
    "solo comas": (",,,\n,,,\n", VACIO),
    "solo la cabecera": (CABECERA, VACIO),
    "latin-1": (
        BUENO.encode("latin-1"),
        NO_UTF_8.format("latin-1 u otra codificación"),
    ),
    "Windows-1252": (
        con_precio("22 €").encode("cp1252"),
        NO_UTF_8.format("latin-1 u otra codificación"),
    ),
    "UTF-16": (BUENO.encode("utf-16"), NO_UTF_8.format("UTF-16")),
    "UTF-16 al revés": (
        b"\xfe\xff" + BUENO.encode("utf-16-be"),
        NO_UTF_8.format("UTF-16"),
    ),
    "UTF-16 sin marca": (
        BUENO.encode("utf-16-le"),
        NO_UTF_8.format("latin-1 u otra codificación"),
    ),
    "UTF-32": (BUENO.encode("utf-32"), NO_UTF_8.format("UTF-16")),
    "gzip": (gzip.compress(BUENO.encode()), NO_UTF_8.format("gzip")),
    "libro de Excel": (XLSX, NO_UTF_8.format("un zip o un libro de Excel")),
    "Parquet": (
        b"PAR1\x15\x04\x15\0\xfe",
        NO_UTF_8.format("latin-1 u otra codificación"),
    ),
    "un byte nulo": (
        BUENO.replace("Cojín", "Co\0jín"),
        NO_UTF_8.format("latin-1 u otra codificación"),
    ),
    "punto y coma": (BUENO.replace(",", ";"), COMAS),
    "tabulador": (BUENO.replace(",", "\t"), COMAS),
    "barra": (BUENO.replace(",", "|"), COMAS),
    "punto y coma con coma decimal": (BUENO.replace(",", ";").replace(".", ","), COMAS),
    "sep= de Excel": ("sep=;\n" + BUENO.replace(",", ";"), COMAS),
    "título encima": (
        "Ventas de 2025\n" + BUENO,
        r"Faltan columnas .* Tiene: Ventas de 2025",
    ),
    "JSON": ('[{"precio": 1, "cantidad": 2},\n{}]', r"^(Faltan columnas|La línea)"),
    "HTML": (
        "<html>\n<td>precio</td>\n</html>",
        r"^Faltan columnas en el CSV: precio, cantidad",
    ),
    "sin precio": (
        "fecha,cantidad\n2025-01-01,2\n",
        r"^Faltan columnas en el CSV: precio\. Tiene: fecha, cantidad\.$",
    ),
    "sin precio ni cantidad": (
        "fecha,costo\n2025-01-01,2\n",
        r"^Faltan columnas en el CSV: precio, cantidad\. Tiene: fecha, costo\.$",
    ),
    "Precio en mayúscula": (
        BUENO.replace("precio", "Precio"),
        "^Faltan .*: precio.*Precio",
    ),
    "sin cabecera": (COJIN + LAPIZ, "^Faltan columnas en el CSV: precio, cantidad"),
    "un campo de más en cada fila": (
        BUENO.replace("00,1", "00,,1").replace("05,3", "05,,3"),
        CAMPOS.format("1,.*", 6),
    ),
    "un campo de más en una fila": (
        BUENO.replace("05,3", "05,,3"),
        CAMPOS.format("2,.*", 6),
    ),
    "un campo de menos": (BUENO.replace(",3\n", "\n"), CAMPOS.format("2,.*", 4)),
    "archivo cortado": (BUENO[:-14], CAMPOS.format("2,.*", 3)),
    "1,234.50 sin comillas en cada fila": (
        BUENO.replace("239.00", "1,239.00").replace("22.05", "1,022.05"),
        CAMPOS.format(r"1,2025-01-01,Cojín,1,239\.00,1", 6),
    ),
    "coma decimal sin comillas": (con_precio("22,05"), CAMPOS.format("2,.*", 6)),
    "comas de más al final de las filas": (
        BUENO.replace("1\n", "1,\n").replace("3\n", "3,\n"),
        CAMPOS.format("1,.*", 6),
    ),
    "comas de más en todo": (BUENO.replace("\n", ",\n"), NOMBRES),
    "columna sin nombre": ("," + BUENO.replace("\n", "\n0,", 2), NOMBRES),
    "precio dos veces": ("precio,precio,cantidad\n239.00,1.00,1\n", NOMBRES),
    "fecha dos veces": ("fecha,fecha,precio,cantidad\na,b,239.00,1\n", NOMBRES),
    "ya hay un total": ("precio,cantidad,total\n239.00,1,1.00\n", NOMBRES),
    "Total al pie": (BUENO + "Total,,,305.15,4\n", SUMA.format(r"Total,,,305\.15,4")),
    "TOTAL: al pie": (BUENO + "TOTAL:,,,305.15,4\n", SUMA.format("TOTAL:.*")),
    "Gran total al pie": (BUENO + "Gran total,,,305.15,4\n", SUMA.format("Gran.*")),
    "Subtotal en medio": (
        CABECERA + COJIN + "Subtotal,,,239.00,1\n" + LAPIZ,
        SUMA.format("Subtotal.*"),
    ),
    "Suma en otra columna": (
        BUENO + ",,Suma de 2025,305.15,4\n",
        SUMA.format(",,Suma.*"),
    ),
    "suma sin nombre": (BUENO + ",,,305.15,4\n", SUMA.format(",,,.*")),
    "solo la suma del dinero": (BUENO + ",,,305.15,\n", SUMA.format(",,,.*")),
    "inf": (con_precio("inf"), PRECIO.format("inf")),
    "-Infinity": (con_precio("-Infinity"), PRECIO.format("-Infinity")),
    "1e999": (con_precio("1e999"), PRECIO.format("1e999")),
    "1.7e308": (con_precio("1.7e308"), PRECIO.format(r"1\.7e308")),
    "1e3": (con_precio("1e3"), PRECIO.format("1e3")),
    "cantidad infinita": (con_cantidad("inf"), CANTIDAD.format("inf")),
    "cuatrocientas cifras": (con_precio("9" * 400), PRECIO.format("9{400}")),
    "precio de ocho cifras": (con_precio("12345678"), PRECIO.format("12345678")),
    "cantidad de siete cifras": (con_cantidad("1234567"), CANTIDAD.format("1234567")),
    "True": (con_precio("True"), PRECIO.format("True")),
    "todo True": ("precio,cantidad\nTrue,1\nTrue,2\n", PRECIO.format("True")),
    "nan": (con_precio("nan"), PRECIO.format("nan")),
    "precio NA": (con_precio("NA"), PRECIO.format("NA")),
    "gratis": (con_precio("gratis"), PRECIO.format("gratis")),
    "signo de pesos": (con_precio("$22.05"), PRECIO.format(r"\$22\.05")),
    "euros": (con_precio("22.05 €"), PRECIO.format(r"22\.05 €")),
    "coma decimal entre comillas": (con_precio('"22,05"'), PRECIO.format("22,05")),
    "coma de miles entre comillas": (
        con_precio('"1,234.50"'),
        PRECIO.format(r"1,234\.50"),
    ),
    "espacio de miles": (con_precio("1 234"), PRECIO.format("1 234")),
    "espacio duro de miles": (con_precio("1\xa0234"), PRECIO.format("1\xa0234")),
    "1.234 por 1234": (con_precio("1.234"), PRECIO.format(r"1\.234")),
    "1.005": (con_precio("1.005"), PRECIO.format(r"1\.005")),
    "hexadecimal": (con_precio("0x1F"), PRECIO.format("0x1F")),
    "guion bajo": (con_precio("1_000"), PRECIO.format("1_000")),
    "precio negativo": (con_precio("-22.05"), PRECIO.format(r"-22\.05")),
    "signo más": (con_precio("+22.05"), PRECIO.format(r"\+22\.05")),
    "sin parte entera": (con_precio(".5"), PRECIO.format(r"\.5")),
    "acabado en punto": (con_precio("5."), PRECIO.format(r"5\.")),
    "cifras árabes": (con_precio("٢٢"), PRECIO.format("٢٢")),
    "porcentaje": (con_precio("22%"), PRECIO.format("22%")),
    "varios": ("precio,cantidad\na,1\nb,1\nc,1\nd,1\n", PRECIO.format("a, b, c")),
    "media unidad": (con_cantidad("0.5"), CANTIDAD.format(r"0\.5")),
    "1.000 unidades": (con_cantidad("1.000"), CANTIDAD.format(r"1\.000")),
    "cantidad en letras": (con_cantidad("tres"), CANTIDAD.format("tres")),
    "cabecera repetida": (BUENO + CABECERA + LAPIZ, PRECIO.format("precio")),
    "comilla sin cerrar": (BUENO.replace("Cojín", '"Cojín'), COMILLAS),
    "texto tras la comilla": (BUENO.replace("Cojín", '"Cojín" rojo'), COMILLAS),
    "comillas con barra": (BUENO.replace("Cojín", r'"Cojín \"rojo\""'), COMILLAS),
    "campo de 2 MB": (BUENO.replace("Cojín", "a" * 2**21), COMILLAS),
    "ningún precio": (
        CABECERA + "1,2025-01-01,Cojín,,1\n2,2025-01-02,Lápiz,,3\n",
        "^No queda ninguna venta con precio y cantidad",
    ),
    "todo huecos": (
        CABECERA + "1,2025-01-01,Cojín,,1\n2,2025-01-02,Lápiz,3,\n",
        "^No queda ninguna venta con precio y cantidad",
    ),
}


@pytest.mark.parametrize("clase", CORRECTOS)
def test_un_csv_valido_da_sus_totales_y_cuenta_lo_que_quita(
    etl_resistente: ModuleType, tmp_path: Path, clase: str
) -> None:
    contenido, totales, quitadas = CORRECTOS[clase]
    ruta, destino = tmp_path / "ventas.csv", tmp_path / "ventas.parquet"
    ruta.write_bytes(contenido.encode())

    crudas, limpias, contadas = procesar(etl_resistente, ruta)
    etl_resistente.cargar.fn(limpias, destino)

    guardadas = pd.read_parquet(destino)
    assert [f"{t:.2f}" for t in guardadas["total"]] == totales
    assert set(guardadas) <= {*CABECERA.strip().split(","), "nota", "total"}
    assert contadas == quitadas
    assert len(crudas) == len(guardadas) + sum(quitadas)


@pytest.mark.parametrize("clase", RECHAZADOS)
def test_un_csv_dudoso_se_rechaza_diciendo_por_que(
    etl_resistente: ModuleType, tmp_path: Path, clase: str
) -> None:
    contenido, mensaje = RECHAZADOS[clase]
    ruta = tmp_path / "ventas.csv"
    if contenido is not None:
        ruta.write_bytes(
            contenido if isinstance(contenido, bytes) else contenido.encode()
        )

    with pytest.raises((ValueError, FileNotFoundError)) as error:
        procesar(etl_resistente, ruta)

    assert type(error.value) in (ValueError, FileNotFoundError)
    assert re.search(mensaje, str(error.value)), error.value


def test_lo_que_no_es_precio_ni_cantidad_se_guarda_como_texto_sin_tocar(
    etl_resistente: ModuleType, tmp_path: Path
) -> None:
    ruta = tmp_path / "ventas.csv"
    ruta.write_text(
        "codigo,producto,nota,precio,cantidad\n007,NA,,1.00,1\nTrue,None,1e5,2.00,1\n"
        "8,,,1.00,\n",
        encoding="utf-8",
    )

    _, limpias, _ = procesar(etl_resistente, ruta)

    assert limpias["codigo"].tolist() == ["007", "True"]
    assert limpias["producto"].tolist() == ["NA", "None"]
    assert limpias["nota"].fillna("hueco").tolist() == ["hueco", "1e5"]
    assert limpias["cantidad"].dtype == "int64"


def test_una_carpeta_en_lugar_del_archivo_se_dice(
    etl_resistente: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(IsADirectoryError, match=r"es una carpeta\. Revisa la ruta\.$"):
        etl_resistente.extraer.fn(tmp_path)


TEXTOS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
CENTAVOS = st.integers(0, 999_999_999)
PRECIOS = st.one_of(
    st.just(""),
    CENTAVOS.map(lambda c: f"{c // 100}.{c % 100:02}"),
    st.integers(0, 3).map(str),
)
CANTIDADES = st.one_of(
    st.just(""),
    st.integers(-999_999, 999_999).map(str),
    st.sampled_from(["1", "1.0", "2"]),
)
FILAS = st.lists(st.tuples(TEXTOS, PRECIOS, CANTIDADES), min_size=1, max_size=30)
SIN_PRISA = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def escribir(ruta: Path, filas: list[tuple[str, str, str]]) -> None:
    """Un CSV de ventas numeradas en la primera columna, salvo las repetidas."""
    with ruta.open("w", encoding="utf-8", newline="") as archivo:
        escritor = csv.writer(archivo)
        escritor.writerow(["venta", "producto", "precio", "cantidad"])
        escritor.writerows(filas)


@SIN_PRISA
@given(filas=FILAS, repeticiones=st.lists(st.integers(0, 29), max_size=5))
def test_lo_que_entra_es_lo_que_sale_mas_lo_quitado_y_los_totales_son_exactos(
    etl_resistente: ModuleType,
    tmp_path: Path,
    filas: list[tuple[str, str, str]],
    repeticiones: list[int],
) -> None:
    numeradas = [(f"v{n}", *fila) for n, fila in enumerate(filas)]
    todas = numeradas + [numeradas[n % len(filas)] for n in repeticiones]
    # Otro camino al mismo resultado: sin pandas y con decimales exactos.
    completas = [f for f in numeradas if f[2] and f[3]]
    totales = [
        Decimal(precio) * Decimal(cantidad) for *_, precio, cantidad in completas
    ]
    escribir(tmp_path / "ventas.csv", todas)

    if not completas:
        with pytest.raises(ValueError, match="No queda ninguna venta"):
            procesar(etl_resistente, tmp_path / "ventas.csv")
        return
    crudas, limpias, (repetidas, incompletas) = procesar(
        etl_resistente, tmp_path / "ventas.csv"
    )

    assert len(crudas) == len(todas) == len(limpias) + repetidas + incompletas
    assert repetidas == len(repeticiones)
    assert incompletas == len(numeradas) - len(completas)
    assert limpias["venta"].tolist() == [fila[0] for fila in completas]
    assert limpias["producto"].fillna("").tolist() == [f[1].strip() for f in completas]
    assert limpias["total"].tolist() == [float(total) for total in totales]


CELDAS = st.one_of(
    TEXTOS, st.sampled_from(["Total", "1,5", "inf", "True", "NA", ";", '"'])
)


@SIN_PRISA
@given(
    filas=FILAS,
    estropeada=st.integers(0, 29),
    columna=st.integers(1, 3),
    celda=CELDAS,
    sobra=st.booleans(),
)
def test_una_celda_estropeada_se_rechaza_o_no_pierde_nada(
    etl_resistente: ModuleType,
    tmp_path: Path,
    filas: list[tuple[str, str, str]],
    estropeada: int,
    columna: int,
    celda: str,
    sobra: bool,
) -> None:
    """Lo que no se acepta es un `ValueError` del propio programa, nunca de pandas."""
    todas = [[f"v{n}", *fila] for n, fila in enumerate(filas)]
    fila = todas[estropeada % len(todas)]
    fila[columna] = celda
    if sobra:
        fila.append("")
    escribir(tmp_path / "ventas.csv", todas)

    try:
        crudas, limpias, quitadas = procesar(etl_resistente, tmp_path / "ventas.csv")
    except ValueError as error:
        assert type(error) is ValueError
        assert re.match("La |No queda|El archivo", str(error)), error
    else:
        assert not sobra
        assert len(crudas) == len(todas) == len(limpias) + sum(quitadas)


@SIN_PRISA
@given(contenido=st.one_of(st.binary(max_size=200), TEXTOS.map(str.encode)))
def test_cualquier_archivo_es_un_csv_o_un_error_explicado(
    etl_resistente: ModuleType, tmp_path: Path, contenido: bytes
) -> None:
    (tmp_path / "ventas.csv").write_bytes(contenido)

    with pytest.raises(ValueError) as error:
        procesar(etl_resistente, tmp_path / "ventas.csv")

    assert type(error.value) is ValueError


PAGINA = RAIZ / "docs" / "guias" / "datos-dudosos.md"


def mensaje_de(etl: ModuleType, ruta: Path, contenido: str | bytes | None) -> str:
    """Lo que el ETL dice de un CSV que rechaza."""
    ruta.unlink(missing_ok=True)
    if contenido is not None:
        ruta.write_bytes(
            contenido if isinstance(contenido, bytes) else contenido.encode()
        )
    with pytest.raises((ValueError, FileNotFoundError)) as error:
        procesar(etl, ruta)
    return str(error.value)


def test_la_tabla_dice_todos_los_errores_del_programa_y_ninguno_mas(
    etl_resistente: ModuleType, tmp_path: Path
) -> None:
    _, tabla = PAGINA.read_text("utf-8").split("| Problema |")
    filas = re.findall(r"^\|.*\| `(.+)` \|$", tabla, flags=re.MULTILINE)
    patrones = [".*".join(map(re.escape, fila.split("…"))) for fila in filas]
    mensajes = {
        mensaje_de(etl_resistente, tmp_path / "ventas.csv", contenido)
        for contenido, _ in RECHAZADOS.values()
    }
    with pytest.raises(IsADirectoryError) as de_una_carpeta:
        etl_resistente.extraer.fn(tmp_path)
    mensajes.add(str(de_una_carpeta.value))

    dichos = {
        m: [p for p in patrones if re.fullmatch(p, m, re.DOTALL)] for m in mensajes
    }

    assert [m for m, suyos in dichos.items() if len(suyos) != 1] == []
    assert {p for suyos in dichos.values() for p in suyos} == set(patrones)
    # Y no hay en el programa más errores que los que estas pruebas provocan.
    programa = (SNIPPETS / PROGRAMA).read_text("utf-8")
    errores = re.findall(r'    exigir\(|raise \w+Error\(\s*f"', programa)
    assert len(errores) == len(filas)


def test_los_numeros_que_valen_son_los_que_dice_la_pagina(
    etl_resistente: ModuleType,
) -> None:
    def vale(columna: str, texto: str) -> bool:
        return bool(re.fullmatch(etl_resistente.NUMEROS[columna][0], texto))

    for escrito in ["inf", "True", "1e999", "$5", "0x1F", "1_000"]:
        assert not vale("precio", escrito)
        assert not vale("cantidad", escrito)
    assert all(vale("precio", p) for p in ["0", "5", "5.5", "5.50"])
    assert not any(vale("precio", p) for p in ["-5", "5.505", "1.100", "5,5"])
    assert all(vale("cantidad", c) for c in ["0", "3", "-3", "3.0"])
    assert not any(vale("cantidad", c) for c in ["0.5", "1.000"])
    # Con el mayor precio y la mayor cantidad aún caben los centavos en un «float».
    assert vale("precio", "9999999.99") and not vale("precio", "10000000")
    assert vale("cantidad", "999999") and not vale("cantidad", "1000000")
    assert 9999999.99 * 999999 * 100 < 2**53
    # La cola de los decimales binarios, y lo que hace con ella «round».
    assert round(1.10 * 3, 2) == 3.30 != 1.10 * 3


def test_read_csv_adivina(tmp_path: Path) -> None:
    etl_simple = cargar_modulo(SNIPPETS / "tutorial/primer-flow/etl_simple.py")
    ruta = tmp_path / "ventas.csv"
    columnas, fila = "codigo,producto,precio,cantidad", "007,NA,1.00,1"
    ruta.write_text(f"{columnas}\n{fila}\n", "utf-8")
    leida = etl_simple.extraer.fn(ruta)
    assert leida["codigo"].tolist() == [7]
    assert leida["producto"].isna().all()

    ruta.write_text("producto,precio,cantidad\nCojín,1,100.00,1\n", "utf-8")
    leida = etl_simple.extraer.fn(ruta)
    assert leida.index.tolist() == ["Cojín"]
    assert leida["precio"].tolist() == [100.00]


def test_unas_comillas_a_medias_unen_filas_si_no_se_exigen() -> None:
    lineas = ["producto,precio\n", '"Cojín,239.00\n', 'Lápiz,"22.05"\n']
    assert len(list(csv.reader(lineas))) == 2
    with pytest.raises(csv.Error):
        list(csv.reader(lineas, strict=True))


# Escribe medio archivo y se cae, como si se llenara el disco.
DISCO_LLENO = """
import pandas as pd
import {programa}

def escribir_a_medias(tabla, ruta, **opciones):
    ruta.write_bytes(b"PAR1 y poco mas")
    raise OSError("No queda espacio en el disco")

pd.DataFrame.to_parquet = escribir_a_medias
{programa}.{flow}()
"""


@pytest.fixture
def etl(terminal: Terminal) -> Terminal:
    """La carpeta del lector con el ETL y un resultado anterior que proteger."""
    return preparar(terminal, PROGRAMA)


def test_un_precio_que_no_es_un_numero_falla_en_transformar_y_no_toca_el_resultado(
    etl: Terminal,
) -> None:
    cambiar(entrada(etl), ",239.00,1\n", ",gratis,1\n")

    ejecucion = etl.ejecutar("python etl_resistente.py")

    assert ejecucion.codigo != 0
    assert re.search(
        r"Task run 'extraer-\w+' - Finished in state Comp", ejecucion.salida
    )
    errores = [li for li in ejecucion.salida.splitlines() if "| ERROR" in li]
    assert re.search("Task run 'transformar-.*«precio» tiene gratis", errores[0])
    assert "Task run 'cargar-" not in ejecucion.salida
    comprobar_que_no_ha_tocado_nada(etl)


def test_con_un_precio_que_no_es_un_numero_el_del_tutorial_no_dice_que_arreglar(
    tmp_path: Path,
) -> None:
    etl_ventas = cargar_modulo(SNIPPETS / "tutorial/primer-flow/etl_ventas.py")
    ruta = tmp_path / "ventas.csv"
    ruta.write_text(con_precio("gratis"), "utf-8")
    with pytest.raises(TypeError) as error:
        etl_ventas.extraer.fn(ruta)
    assert "precio" not in str(error.value)


@pytest.mark.parametrize(
    ("programa", "flow"),
    [("etl_ventas", "pipeline_etl"), ("etl_resistente", "pipeline_resistente")],
)
def test_un_fallo_a_media_escritura_solo_respeta_el_resultado_en_el_resistente(
    etl: Terminal, programa: str, flow: str
) -> None:
    etl.guardar("tutorial/primer-flow/etl_ventas.py")
    (etl.carpeta / "disco_lleno.py").write_text(
        DISCO_LLENO.format(programa=programa, flow=flow), encoding="utf-8"
    )

    ejecucion = etl.ejecutar("python disco_lleno.py")

    assert ejecucion.codigo != 0
    assert "No queda espacio en el disco" in ejecucion.salida
    if programa == "etl_ventas":
        assert salida(etl).read_bytes() == b"PAR1 y poco mas"
    else:
        comprobar_que_no_ha_tocado_nada(etl)
