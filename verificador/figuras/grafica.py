"""Las gráficas de lo que midió el banco: barras, o líneas según las filas.

Las dibuja Vega-Altair, estrechas para que se lean en un teléfono. Cada marca lleva escrito lo
que representa: de ahí se vuelve a leer la gráfica para compararla con lo medido.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, permutations
from xml.etree import ElementTree

from verificador.figuras import lienzo

ANCHO = (
    200  # del eje, en píxeles: con los nombres y las cifras al lado, cabe en un móvil
)
ALTO = 220
ALTO_DE_BARRA = 22
COLORES = (
    "--guia-estado-completed",
    "--guia-estado-cached",
    "--guia-estado-awaitingretry",
)
TRAZOS = ([1, 0], [6, 3], [2, 2])  # para quien no distingue los colores
MILES = (
    "datum.value >= 1e6 ? datum.value / 1e6 + ' mill.' "
    ": datum.value >= 1e4 ? datum.value / 1e3 + ' mil' : datum.value"
)
# Sin «;», que separa las marcas en la descripción del dibujo entero.
ETIQUETA = re.compile(
    r"(?P<panel>[^;]+) › (?P<nombre>[^;]+): (?P<valor>[\d.e+]+) (?P<unidad>[^;]+)"
)


@dataclass(frozen=True)
class Marca:
    """Una barra, o un punto de una línea.

    Attributes:
        panel: con qué se compara.
        nombre: de quién es.
        valor: lo que mide.
        unidad: en qué.
        x: dónde está, en una línea.
    """

    panel: str
    nombre: str
    valor: float
    unidad: str
    x: float = 0

    def __str__(self) -> str:
        return f"{self.panel} › {self.nombre}: {self.valor:g} {self.unidad}"


def leer(svg: str) -> list[Marca]:
    """Lee las marcas de su dibujo, en el orden en que están."""
    etiquetas = (e.get("aria-label", "") for e in lienzo.analizar(svg).iter())
    return [
        Marca(h["panel"], h["nombre"], float(h["valor"]), h["unidad"])
        for etiqueta in etiquetas
        if (h := ETIQUETA.fullmatch(etiqueta))
    ]


def hechos(marcas: Sequence[Marca]) -> list[str]:
    """Lo que dice una gráfica: cada marca y, en el primer panel y el último, quién gana a quién."""
    paneles = list(dict.fromkeys(marca.panel for marca in marcas))
    dichos = list(map(str, marcas))
    for cual, panel in (("primero", paneles[0]), ("último", paneles[-1])):
        suyas = [marca for marca in marcas if marca.panel == panel]
        dichos += [
            f"{cual}: {una.nombre} menos que {otra.nombre}"
            for una, otra in permutations(suyas, 2)
            if una.valor < otra.valor
        ]
    return dichos


def diferencia(svg: str, marcas: Sequence[Marca]) -> str:
    """En qué no coinciden el dibujo y lo medido; vacío si dicen lo mismo."""
    return lienzo.diferencia(
        sorted(map(str, leer(svg))), sorted(str(marca) for marca in marcas)
    )


def dibujar(marcas: Sequence[Marca]) -> str:
    """El dibujo, como HTML para la página: líneas si las marcas tienen dónde estar; si no, barras.

    Raises:
        HerramientaAusente: si no están Vega-Altair y vl-convert.
    """
    convertir = lapiz()
    hecha = lineas(marcas) if any(marca.x for marca in marcas) else barras(marcas)
    arbol = ElementTree.fromstring(convertir(hecha))
    return lienzo.publicar(arbol, "grafica", "; ".join(map(str, marcas)))


def lapiz() -> Callable[[dict[str, object]], str]:
    """Con qué se dibuja.

    Raises:
        HerramientaAusente: si no están Vega-Altair y vl-convert.
    """
    try:
        import altair  # noqa: F401  se usa al hacer cada gráfica
        import vl_convert
    except ImportError as error:
        raise lienzo.HerramientaAusente(str(error)) from error
    return vl_convert.vegalite_to_svg


def datos(marcas: Sequence[Marca]) -> list[dict[str, object]]:
    """Las marcas como las necesita la gráfica."""
    return [
        {
            "panel": marca.panel,
            "nombre": marca.nombre,
            "valor": marca.valor,
            "x": marca.x,
            "cifra": f"{marca.valor:g} {marca.unidad}",
            "etiqueta": str(marca),
        }
        for marca in marcas
    ]


def barras(marcas: Sequence[Marca]) -> dict[str, object]:
    """Un panel debajo de otro, cada uno con su escala: dentro de cada uno se compara."""
    import altair as alt

    paneles = []
    for panel, suyas in groupby(marcas, key=lambda marca: marca.panel):
        base = alt.Chart(alt.Data(values=datos(list(suyas)))).encode(
            alt.Y("nombre:N", sort=None, title=None),
            alt.X("valor:Q", axis=None),
        )
        rotulo = alt.Title(panel, anchor="start", fontSize=12, fontWeight="normal")
        barra = base.mark_bar(height=12).encode(
            fill=alt.value(f"var({COLORES[0]})"), description="etiqueta:N"
        )
        cifra = base.mark_text(align="left", dx=5, aria=False).encode(text="cifra:N")
        paneles.append(
            alt.layer(barra, cifra).properties(
                width=ANCHO, height=alt.Step(ALTO_DE_BARRA), title=rotulo
            )
        )
    return con_letra(alt.vconcat(*paneles, spacing=14), derecha=64)


def lineas(marcas: Sequence[Marca]) -> dict[str, object]:
    """Una línea por nombre, con las dos escalas logarítmicas: se ve dónde se cruzan."""
    import altair as alt

    nombres = list(dict.fromkeys(marca.nombre for marca in marcas))
    leyenda = alt.Legend(
        orient="bottom", title=None, columns=len(nombres), symbolType="stroke"
    )
    entre = alt.Scale(type="log", nice=False, padding=8)
    base = alt.Chart(alt.Data(values=datos(marcas))).encode(
        alt.X(
            "x:Q",
            scale=entre,
            axis=alt.Axis(title="filas", labelExpr=MILES, tickCount=4),
        ),
        alt.Y(
            "valor:Q",
            scale=entre,
            axis=alt.Axis(title="segundos", format="~g", tickCount=5),
        ),
    )
    color = alt.Scale(domain=nombres, range=[f"var({c})" for c in COLORES])
    trazo = base.mark_line(aria=False, strokeWidth=2).encode(
        alt.Stroke("nombre:N", scale=color, legend=leyenda),
        alt.StrokeDash(
            "nombre:N", scale=alt.Scale(domain=nombres, range=TRAZOS), legend=leyenda
        ),
    )
    puntos = base.mark_point(size=30, strokeWidth=1.5).encode(
        alt.Stroke("nombre:N", scale=color, legend=leyenda), description="etiqueta:N"
    )
    capas = alt.layer(trazo, puntos).properties(width=ANCHO + 60, height=ALTO)
    return con_letra(capas, derecha=16)


def con_letra(grafica: "object", derecha: int) -> dict[str, object]:
    """La gráfica con letras de ancho fijo, que miden lo mismo en todos los sistemas."""
    margen = {"left": 2, "top": 2, "bottom": 2, "right": derecha}
    return (
        grafica.configure(font="monospace", padding=margen)
        .configure_axis(labelFontSize=11, titleFontSize=11, titleFontWeight="normal")
        .configure_legend(labelFontSize=11)
        .configure_text(fontSize=11)
        .configure_view(strokeWidth=0)
        .to_dict()
    )
