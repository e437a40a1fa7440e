"""Lo que «Los datos» dice de los datos es lo que hay en ellos, y lo que es una venta."""

import hashlib
import re
import runpy
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from consultas import cambiar

from motor.rutas import RAIZ, SNIPPETS

DATOS = RAIZ / "data"
GENERADOR = "referencia/datos/generar_datos.py"
TABLAS = ("ventas", "usuarios", "productos")
PAGINAS = ("data/README.md", "docs/referencia/datos.md")
LEE_CSV = re.compile(r"read_csv|csv\.(?:reader|DictReader)")
VENTA_VALIDA = re.compile(
    r"\.drop_duplicates\(\).*\.dropna\(subset=\[\"precio\",\"cantidad\"\]\)", re.DOTALL
)
# Los programas que leen un CSV de ventas y no se quedan con las válidas, y por qué.
CON_OTRAS_VENTAS = {
    "recuperacion/un-archivo-malo/cargar_cajas.py": "no lee ventas.csv, sino el de una caja",
    "ejercicios/18-archivo-malo/comienzo/cajas.py": "no lee ventas.csv, sino el de una caja",
    "guias/datos-dudosos/etl_resistente.py": "quita las mismas en dos pasos, para contarlas",
    "produccion/deployments/informe.py": "las quita su módulo, filtros.py",
    "produccion/logs-y-artifacts/informe_con_log.py": "las quita su módulo, filtros.py",
    **dict.fromkeys(
        (
            "ejercicios/15-avisos/15-avisos.py",
            "ejercicios/15-avisos/comienzo/15-avisos.py",
            "produccion/avisos/informe_del_dia.py",
            "produccion/cloud/lo_que_sale.py",
            "produccion/logs-y-artifacts/informe_con_tabla.py",
            "produccion/secretos/entregar_informe.py",
            "produccion/solapes/cierre_caja.py",
            "produccion/solapes/consultas_con_limite.py",
            "produccion/workers/recuento.py",
        ),
        "cuenta filas, y así las llama",
    ),
}
CALCULA_DINERO = re.compile(r"\[\"precio\"\]\*|-tabla\[\"costo\"\]")
REDONDEA = re.compile(r"\.round\(2\)|:,?\.2f\}|round\(.*,2\)")
# Los programas que multiplican y no redondean, y por qué.
SIN_REDONDEAR = {
    "ejercicios/13-codigo-en-git/comienzo/medida.py": "solo sirve para ordenar: no enseña importes",
    "escala/no-cabe-en-memoria/informe_entero.py": "suma centavos, que son enteros",
    "ejercicios/13-codigo-en-git/comienzo/repositorio.py": "no calcula: es texto que cambia",
}


def leer(nombre: str) -> pd.DataFrame:
    """Una tabla de data/, como texto: tal como está escrita."""
    return pd.read_csv(DATOS / f"{nombre}.csv", dtype=str, keep_default_na=False)


def huellas(carpeta: Path) -> dict[str, str]:
    """La de cada CSV de una carpeta, para ver si cambia."""
    return {
        ruta.name: hashlib.sha256(ruta.read_bytes()).hexdigest()
        for ruta in carpeta.iterdir()
        if ruta.suffix == ".csv"
    }


def apartado(descripcion: str, nombre: str) -> str:
    """Lo que dice una página de un CSV."""
    texto = (RAIZ / descripcion).read_text(encoding="utf-8")
    resto = re.split(rf"^#+ {nombre}\.csv.*$", texto, flags=re.MULTILINE)[1]
    return re.split(r"^#", resto, flags=re.MULTILINE)[0]


def cargar(programa: str) -> SimpleNamespace:
    """Lo que define un programa de snippets/, sin ejecutar su `main`."""
    return SimpleNamespace(**runpy.run_path(str(SNIPPETS / programa)))


@pytest.fixture
def generador(tmp_path: Path) -> Path:
    """El programa, en una carpeta como la del lector, con sus datos."""
    shutil.copytree(DATOS, tmp_path / "data", ignore=shutil.ignore_patterns("output"))
    carpeta = tmp_path / "05_pipelines" / "ejercicios" / "prefect"
    carpeta.mkdir(parents=True)
    return Path(shutil.copy(SNIPPETS / GENERADOR, carpeta))


def generar(programa: Path, *argumentos: str) -> int:
    """Ejecuta el generador; su código."""
    orden = [sys.executable, programa.name, *argumentos]
    return subprocess.run(orden, cwd=programa.parent, capture_output=True).returncode


def test_los_datos_son_los_que_escribe_el_generador(
    generador: Path, tmp_path: Path
) -> None:
    for tabla in TABLAS:
        (tmp_path / "data" / f"{tabla}.csv").unlink()

    assert generar(generador) == 0

    assert huellas(tmp_path / "data") == huellas(DATOS)


@pytest.mark.parametrize(("argumento", "codigo"), [("--help", 0), ("--semilla", 2)])
def test_con_argumentos_el_generador_no_escribe_nada(
    generador: Path, tmp_path: Path, argumento: str, codigo: int
) -> None:
    (tmp_path / "data" / "ventas.csv").write_text("mis ventas")
    antes = huellas(tmp_path / "data")

    assert generar(generador, argumento) == codigo

    assert huellas(tmp_path / "data") == antes


def test_si_el_generador_falla_a_medias_el_archivo_anterior_sigue_entero(
    tmp_path: Path,
) -> None:
    generador = cargar(GENERADOR)
    generador.guardar.__globals__["DATOS"] = tmp_path
    (tmp_path / "ventas.csv").write_text("lo de antes")

    with pytest.raises(ValueError, match="otra"):
        generador.guardar("ventas.csv", [{"precio": 1}, {"otra": 2}])

    assert (tmp_path / "ventas.csv").read_text() == "lo de antes"


def test_con_otra_semilla_salen_otros_datos_con_la_misma_forma(
    generador: Path, tmp_path: Path
) -> None:
    cambiar(generador, "SEMILLA = 2025", "SEMILLA = 2026")

    assert generar(generador) == 0

    otras = pd.read_csv(tmp_path / "data" / "ventas.csv", dtype=str)
    ventas = leer("ventas")
    assert list(otras) == list(ventas)
    assert otras["venta_id"].nunique() == ventas["venta_id"].nunique()
    assert set(otras["tienda"]) == set(ventas["tienda"])
    assert not otras["precio"].head(20).equals(ventas["precio"].head(20))


@pytest.mark.parametrize("descripcion", PAGINAS)
@pytest.mark.parametrize("nombre", TABLAS)
def test_cada_columna_esta_descrita(descripcion: str, nombre: str) -> None:
    descritas = re.findall(
        r"^\| `(\w+)` \|", apartado(descripcion, nombre), re.MULTILINE
    )
    assert descritas == leer(nombre).columns.tolist()


@pytest.mark.parametrize("nombre", TABLAS)
def test_cada_ejemplo_es_el_de_la_primera_fila(nombre: str) -> None:
    pagina = apartado("docs/referencia/datos.md", nombre)
    ejemplos = re.findall(r"^\| `.*\| `(.+)` \|$", pagina, re.MULTILINE)
    assert ejemplos == leer(nombre).iloc[0].tolist()


@pytest.mark.parametrize("descripcion", PAGINAS)
def test_cada_columna_contiene_lo_que_dice_su_tabla(descripcion: str) -> None:
    ventas, usuarios, productos = map(leer, TABLAS)
    generador = cargar(GENERADOR)
    for tabla, clave in (
        (ventas.drop_duplicates(), "venta_id"),
        (usuarios, "usuario_id"),
        (productos, "producto_id"),
    ):
        assert tabla[clave].astype(int).tolist() == list(range(1, len(tabla) + 1))
    assert ventas["fecha"].is_monotonic_increasing
    for dias in (ventas["fecha"], usuarios["fecha_alta"]):
        assert dias.str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    assert set(ventas["fecha"].str[:4]) == {"2025"}
    assert set(usuarios["fecha_alta"].str[:4]) == {"2023", "2024"}

    dicho = apartado(descripcion, "ventas")
    assert (
        enumeradas(dicho, "tienda") == set(ventas["tienda"]) == set(usuarios["ciudad"])
    )
    dicho = apartado(descripcion, "productos")
    assert enumeradas(dicho, "categoria") == set(productos["categoria"])

    juntas = ventas.merge(usuarios, on="usuario_id", validate="many_to_one")
    juntas = juntas.merge(productos, on="producto_id", validate="many_to_one")
    assert len(juntas) == len(ventas)
    assert (juntas["producto_x"] == juntas["producto_y"]).all()
    assert (juntas["categoria_x"] == juntas["categoria_y"]).all()

    lista = {p: v for suyos in generador.PRODUCTOS.values() for p, v in suyos.items()}
    con_precio = ventas[ventas["precio"] != ""]
    descuentos = con_precio["precio"].astype(float) / con_precio["producto"].map(lista)
    assert set(descuentos.round(2)) == {0.8, 0.9, 1.0}
    assert (productos["costo"].astype(float) < productos["producto"].map(lista)).all()
    assert set(ventas["cantidad"]) == {"", "1", "2", "3", "4", "5"}
    nombre, *apellidos = zip(*usuarios["nombre"].str.split(" "), strict=True)
    assert set(nombre) <= set(generador.NOMBRES)
    assert len(apellidos) == 2
    assert set(apellidos[0]) | set(apellidos[1]) <= set(generador.APELLIDOS)


def enumeradas(dicho: str, columna: str) -> set[str]:
    """Los valores que una tabla dice que tiene una columna: «a, b o c»."""
    (celda,) = re.findall(
        rf"^\| `{columna}` \|(?: texto \|)? (.+?) \|", dicho, re.MULTILINE
    )
    return set(re.split(r", | o ", celda.removeprefix("Ciudad de la tienda: ")))


def test_cada_repetida_esta_debajo_de_su_original() -> None:
    ventas = leer("ventas")
    repetidas = ventas.index[ventas.duplicated()]
    assert len(repetidas)
    for fila in repetidas:
        assert ventas.loc[fila].equals(ventas.loc[fila - 1])


def test_las_cuentas_del_readme_de_los_datos_son_las_de_los_datos() -> None:
    ventas = pd.read_csv(DATOS / "ventas.csv")
    validas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    texto = (RAIZ / "data/README.md").read_text(encoding="utf-8")
    for frase in (
        f"{len(ventas)} filas en orden de fecha: {ventas['venta_id'].nunique()} distintas, "
        f"cada una con su `venta_id`, y {ventas.duplicated().sum()} repetidas.",
        f"falta en {ventas['precio'].isna().sum()} filas",
        f"falta en {ventas['cantidad'].isna().sum()} filas",
        f"Son {len(validas)}.",
        f"{len(leer('usuarios'))} personas.",
        f"{len(leer('productos'))} productos, seis por categoría.",
    ):
        assert frase in texto
    assert set(leer("productos")["categoria"].value_counts()) == {6}


def test_todos_los_programas_entienden_lo_mismo_por_venta() -> None:
    otras = set()
    for ruta in SNIPPETS.rglob("*.py"):
        texto = re.sub(r"\s+", "", ruta.read_text("utf-8"))
        if not LEE_CSV.search(texto) or "ventas" not in texto:
            continue
        if not VENTA_VALIDA.search(texto) or ".dropna()" in texto:
            otras.add(ruta.relative_to(SNIPPETS).as_posix())
    assert otras == set(CON_OTRAS_VENTAS)


def test_todos_los_programas_redondean_el_dinero_a_centavos() -> None:
    textos = {
        ruta.relative_to(SNIPPETS).as_posix(): re.sub(
            r"\s+", "", ruta.read_text("utf-8")
        )
        for ruta in SNIPPETS.rglob("*.py")
    }
    calculan = {n: t for n, t in textos.items() if CALCULA_DINERO.search(t)}
    assert len(calculan) > 5
    sin_redondear = {n for n, t in calculan.items() if not REDONDEA.search(t)}
    assert sin_redondear == set(SIN_REDONDEAR)


def test_dropna_sin_subset_quita_ventas_validas() -> None:
    ventas = pd.DataFrame({"fecha": [None], "precio": [10.0], "cantidad": [2]})
    assert len(ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])) == 1
    assert len(ventas.drop_duplicates().dropna()) == 0


@pytest.mark.parametrize("grupo", ["tienda", "categoria", "fecha", "producto"])
def test_redondear_al_final_da_los_centavos_exactos(grupo: str) -> None:
    ventas = pd.read_csv(DATOS / "ventas.csv")
    validas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    sumas = (validas["precio"] * validas["cantidad"]).groupby(validas[grupo]).sum()

    exactas: dict[str, Decimal] = {}
    for venta in leer("ventas").drop_duplicates().to_dict("records"):
        if venta["precio"] and venta["cantidad"]:
            ingreso = Decimal(venta["precio"]) * Decimal(venta["cantidad"])
            exactas[venta[grupo]] = exactas.get(venta[grupo], Decimal()) + ingreso

    redondeadas = {clave: f"{suma:.2f}" for clave, suma in sumas.round(2).items()}
    assert redondeadas == {clave: f"{suma:.2f}" for clave, suma in exactas.items()}


@pytest.mark.parametrize(
    "programa",
    ["tutorial/primer-flow/etl_ventas.py", "guias/datos-dudosos/etl_resistente.py"],
)
def test_el_etl_solo_exige_precio_y_cantidad(tmp_path: Path, programa: str) -> None:
    etl = cargar(programa)
    archivo = tmp_path / "mis_ventas.csv"
    archivo.write_text("precio,cantidad\n10.50,2\n", encoding="utf-8")
    assert etl.transformar.fn(etl.extraer.fn(archivo))["total"].tolist() == [21]
    for tiene, falta in (("precio", "cantidad"), ("cantidad", "precio")):
        archivo.write_text(f"nada,{tiene}\n1,2\n", encoding="utf-8")
        with pytest.raises((KeyError, ValueError), match=falta):
            etl.transformar.fn(etl.extraer.fn(archivo))
