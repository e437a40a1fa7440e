"""La guía cuenta una sola historia: Ana, su informe de ventas y las tiendas de Jacaranda.

Cada página dice al empezar por qué la necesita Ana ahora; ningún programa abre una tienda en
otra ciudad, ningún número que pasa por real se aparta de los datos, y sus nombres son suyos.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pandas as pd
import pytest
from menu import TUTORIAL, parte

from calificador.comprobaciones.comun import validas
from motor.rutas import DATOS, DOCS, RAIZ, SNIPPETS

NOMBRES = re.compile(r"\b(?:Ana|Jacaranda)\b")
EN_LA_HISTORIA = [
    *(ruta.relative_to(DOCS).as_posix() for ruta in TUTORIAL),
    "guias/datos-dudosos.md",
    "guias/bases-de-datos.md",
    "guias/probar-flows.md",
    *(
        ruta.relative_to(DOCS).as_posix()
        for seccion in ("Producción", "Recuperarse de un fallo", "Más datos")
        for ruta in parte(seccion)
    ),
]
# Dónde más se dice cada nombre, y quién es allí: ni un sitio más, ni uno menos.
ANA = {
    "docs/index.md": "la presenta, en una frase",
    "docs/referencia/verificacion.md": "/home/ana, su carpeta, que es la que enseñan las salidas",
    "snippets/inicio/index/hola.py": "es ella: la saluda junto a Luis, su compañero",
    "snippets/produccion/secretos/guardar_buzon.py": "es quien entrega el informe",
    "snippets/guias/bases-de-datos/clave_a_la_vista.py": "su usuario en la base de datos",
}
JACARANDA = {
    "docs/index.md": "la presenta, en una frase",
    "docs/referencia/datos.md": "dice que los datos son suyos, y que no existe",
    "data/README.md": "dice que los datos son suyos, y que no existe",
    "snippets/referencia/datos/generar_datos.py": "escribe sus datos",
}
# Las capitales de los estados de México y sus otras ciudades grandes, para reconocer una tienda
# aunque el programa no diga que lo es: INEGI, Censo de Población y Vivienda 2020.
CIUDADES = re.compile(
    r"\b(?:Aguascalientes|Mexicali|La Paz|Campeche|Tuxtla Gutiérrez|Chihuahua|Saltillo|Colima|"
    r"Durango|Guanajuato|Chilpancingo|Pachuca|Guadalajara|Toluca|Morelia|Cuernavaca|Tepic|"
    r"Monterrey|Oaxaca|Puebla|Querétaro|Chetumal|San Luis Potosí|Culiacán|Hermosillo|"
    r"Villahermosa|Ciudad Victoria|Tlaxcala|Xalapa|Mérida|Zacatecas|Ciudad de México|"
    r"Tijuana|León|Ciudad Juárez|Zapopan|Cancún|Acapulco|Veracruz|Torreón|Reynosa)\b"
)
SIN_TIENDA = {
    ("ejercicios/06-reintentos/06-reintentos.py", "Mérida"): "allí no hay tienda",
    ("ejercicios/06-reintentos/comienzo/06-reintentos.py", "Mérida"): "tampoco",
    ("referencia/datos/generar_datos.py", "Oaxaca"): "de allí es un producto",
}


@cache
def las_validas() -> pd.DataFrame:
    """Las ventas válidas, con lo que se cobró por cada una en `total`."""
    ventas = validas(pd.read_csv(DATOS / "ventas.csv"))
    return ventas.assign(total=ventas["precio"] * ventas["cantidad"])


@cache
def programas() -> dict[str, str]:
    """El código de cada programa de la guía, por su ruta en snippets/."""
    return {
        ruta.relative_to(SNIPPETS).as_posix(): ruta.read_text("utf-8")
        for ruta in SNIPPETS.rglob("*.py")
    }


def apertura(pagina: str) -> str:
    """El primer párrafo de una página, el que sigue a su título."""
    _, _, cuerpo = (DOCS / pagina).read_text("utf-8").partition("\n# ")
    return cuerpo.split("\n\n")[1]


def cuenta_la_historia(parrafo: str) -> bool:
    """Si un párrafo es de la historia: nombra a Ana o a Jacaranda, en dos frases como mucho."""
    frases = re.split(r"(?<=\.)\s", parrafo.removesuffix("<!--consejo-->"))
    return (
        parrafo.endswith("<!--consejo-->")
        and len(frases) <= 2
        and bool(NOMBRES.search(parrafo))
    )


def textos(nodo: ast.AST | None) -> Iterator[str]:
    """Los textos que un programa da a un nombre: uno, o varios juntos."""
    match nodo:
        case ast.Constant(value=str(texto)):
            yield texto
        case ast.List(elts=varios) | ast.Tuple(elts=varios) | ast.Set(elts=varios):
            for uno in varios:
                yield from textos(uno)
        case ast.Dict(keys=claves):
            for clave in claves:
                yield from textos(clave)


def nombrados(nodo: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Los valores a los que un nodo de un programa da un nombre, con su nombre."""
    match nodo:
        case ast.keyword(arg=str(nombre), value=valor):
            yield nombre, valor
        case ast.Dict(keys=claves, values=valores):
            for clave, valor in zip(claves, valores, strict=True):
                yield "".join(textos(clave)), valor
        case ast.Compare(left=izquierda, comparators=[valor]):
            yield re.sub(r".*\['(\w+)'\]", r"\1", ast.unparse(izquierda)), valor
        case ast.For(target=destino, iter=valor):
            yield ast.unparse(destino), valor
        case ast.Assign(targets=[destino], value=valor):
            yield ast.unparse(destino), valor
        case ast.arguments(args=todos, defaults=valores):
            for parametro, valor in zip(todos[::-1], valores[::-1], strict=False):
                yield parametro.arg, valor


def llamadas_tienda(codigo: str) -> Iterator[str]:
    """Todo lo que un programa llama tienda, y cualquier ciudad de México que nombre.

    Args:
        codigo: el programa entero.
    """
    for nodo in ast.walk(ast.parse(codigo)):
        for texto in textos(nodo) if isinstance(nodo, ast.Constant) else ():
            yield from CIUDADES.findall(texto)
        for nombre, valor in nombrados(nodo):
            if nombre.lower() in {"tienda", "tiendas"}:
                yield from textos(valor)


def donde_se_dice(nombre: str) -> set[str]:
    """Los textos y programas que dicen un nombre propio, fuera de las páginas de la historia.

    Args:
        nombre: se busca entero, y también en minúsculas.
    """
    suyas = {f"docs/{pagina}" for pagina in EN_LA_HISTORIA}
    archivos = [*DOCS.rglob("*.md"), *SNIPPETS.rglob("*.py"), DATOS / "README.md"]
    return {
        ruta.relative_to(RAIZ).as_posix()
        for ruta in archivos
        if re.search(rf"\b{nombre}\b", ruta.read_text("utf-8"), re.IGNORECASE)
    } - suyas


def test_cada_pagina_empieza_por_la_historia() -> None:
    sin_ella = [p for p in EN_LA_HISTORIA if not cuenta_la_historia(apertura(p))]
    assert not sin_ella


@pytest.mark.parametrize(
    ("parrafo", "la_cuenta"),
    [
        ("Ana necesita esto.<!--consejo-->", True),
        ("Jacaranda crece. El informe tarda.<!--consejo-->", True),
        ("Jacaranda crece. El informe tarda. Ana espera.<!--consejo-->", False),
        ("Ana necesita esto.", False),
        ("Mañana verás esto.<!--consejo-->", False),
    ],
)
def test_se_reconoce_una_apertura(parrafo: str, la_cuenta: bool) -> None:
    assert cuenta_la_historia(parrafo) is la_cuenta


def test_ningun_programa_abre_una_tienda_en_otra_ciudad() -> None:
    assert set(SIN_TIENDA) == {
        (programa, ciudad)
        for programa, codigo in programas().items()
        for ciudad in set(llamadas_tienda(codigo)) - set(las_validas()["tienda"])
    }


@pytest.mark.parametrize(
    "codigo",
    [
        "def f(otra, tienda='Lima'): ...",
        "f(tienda='Lima')",
        "ventas = [{'tienda': 'Lima'}]",
        "tabla = {'tienda': ['Puebla', 'Lima']}",
        "ventas[ventas['tienda'] == 'Lima']",
        "if tienda == 'Lima': ...",
        "for tienda in ('Puebla', 'Lima'): ...",
        "TIENDAS = ['Puebla', 'Lima']",
        "TIENDAS = {'Lima': 3}",
        "filas = [('León',)]",
        "print('Abrimos en Zapopan')",
    ],
)
def test_se_ve_una_tienda_en_otra_ciudad(codigo: str) -> None:
    assert set(llamadas_tienda(codigo)) - {"Puebla"}


def test_los_numeros_que_pasan_por_reales_son_los_de_los_datos() -> None:
    ventas = las_validas()
    puebla = ventas[ventas["tienda"] == "Puebla"]
    ultimo_dia = (ventas["fecha"] == "2025-12-31").sum()
    lapices = ventas.loc[ventas["producto"] == "Lápices de colores", "precio"].max()
    pagina = "tutorial/estados-y-resultados"
    for programa, dicho in {
        f"{pagina}/estados.py": f"({puebla['total'].sum():.2f}, {len(puebla)},",
        f"{pagina}/ventas_del_dia.py": f"return {ultimo_dia}\n",
        f"{pagina}/releer.py": f"return {ultimo_dia}\n",
        "tutorial/reintentos/api_inestable.py": f'return "{ultimo_dia} ventas"',
        "tutorial/cache/sin_trampa.py": f"caja({lapices:.0f})",
        "tutorial/cache/trampa_inputs.py": f"caja({lapices:.0f})",
        "ejercicios/06-reintentos/06-reintentos.py": f'"Puebla": {len(puebla)}',
    }.items():
        assert dicho in programas()[programa], programa


def test_las_filas_no_se_llaman_ventas() -> None:
    """Ni todas las de `ventas.csv` ni las distintas: una venta tiene precio y cantidad."""
    filas = pd.read_csv(DATOS / "ventas.csv")
    cuantas = f"(?:{len(filas)}|{len(filas.drop_duplicates())})"
    mal_dicho = re.compile(
        rf"\b{cuantas}\]?(?:\[[^\]]*\])? ventas|[Vv]entas[^.:\n]*: {cuantas}\b"
    )
    assert mal_dicho.search(f"[{len(filas)}][len(ventas)] ventas")
    assert mal_dicho.search(f"Ventas descargadas: {len(filas)}")
    escritos = (
        ruta
        for carpeta in (DOCS, SNIPPETS, DATOS)
        for ruta in carpeta.rglob("*")
        if ruta.suffix in {".md", ".py", ".txt"}
    )
    assert not [r for r in escritos if mal_dicho.search(r.read_text("utf-8"))]


@pytest.mark.parametrize(("nombre", "sitios"), [("Ana", ANA), ("Jacaranda", JACARANDA)])
def test_nadie_mas_lleva_sus_nombres(nombre: str, sitios: dict[str, str]) -> None:
    assert donde_se_dice(nombre) == set(sitios)
    for tabla in DATOS.glob("*.csv"):
        assert not re.search(rf"\b{nombre}\b", tabla.read_text("utf-8"), re.IGNORECASE)


def test_no_hay_otra_cadena_de_tiendas() -> None:
    frases = [
        frase
        for ruta in [*DOCS.rglob("*.md"), DATOS / "README.md"]
        for frase in re.split(r"(?<=\.)\s", ruta.read_text("utf-8"))
        if re.search(r"\bcadena\b.*\btiendas\b", frase, re.DOTALL)
    ]
    assert len(frases) >= 3
    assert not [frase for frase in frases if "Jacaranda" not in frase]
