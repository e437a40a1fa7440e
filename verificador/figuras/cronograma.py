"""El cronograma de lo que un programa ejecutó: cuándo empezó y terminó cada cosa.

Lo dibuja Vega-Altair con los tiempos que el servidor de Prefect apuntó. Como los tiempos
nunca se repiten, las pruebas comparan con la ejecución lo que de ellos se aprende: qué
tareas hay, cómo acaban, por qué tramos pasan y cuáles coinciden en el tiempo.
"""

import re
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import combinations
from xml.etree import ElementTree

from motor.ejecuciones import Flujo
from motor.filas import (
    BREVE,
    DE_LA_CACHE,
    EL_FLOW,
    FALLA,
    REINTENTO,
    TRABAJA,
    TURNO,
    clase_de,
    filas,
    numerado,
)
from verificador.figuras import lienzo

ANCHO = 240  # del eje, en píxeles: con los nombres al lado, el dibujo cabe en un móvil
ALTO_DE_FILA = 22
CASI_TODO = 0.7  # parte de la tarea más corta que comparten dos que van a la vez
A_MEDIAS = "en parte a la vez"
CLASES = {
    TRABAJA: "--guia-estado-completed",
    FALLA: "--guia-estado-failed",
    DE_LA_CACHE: "--guia-estado-cached",
    REINTENTO: "--guia-estado-awaitingretry",
    TURNO: "--guia-estado-pending",
}
ETIQUETA = re.compile(
    r"(?P<flow>.+) › (?P<fila>.+), (?P<final>[^,]*): (?P<clase>.+) "
    r"de (?P<inicio>\S+) a (?P<fin>\S+) s"
)


@dataclass(frozen=True)
class Barra:
    """Un tramo de una fila. La fila y su final están en todas, para leerlos juntos."""

    flow: str
    fila: str
    final: str  # el estado con que acabó la fila y, si hubo varios, sus intentos
    clase: str
    inicio: float  # segundos desde que empezó el flow
    fin: float


def barras_de(flujos: list[Flujo]) -> list[Barra]:
    """Las barras de varios flow runs: una fila para cada flow y otra para cada tarea."""
    nombres = Counter[str]()
    return [
        Barra(flow, fila.nombre, fila.final, clase_de(tramo), tramo.inicio, tramo.fin)
        for flujo in flujos
        if (flow := numerado(flujo.nombre, nombres))
        for fila in filas(flujo)
        for tramo in fila.tramos
    ]


def diferencia(svg: str, flujos: list[Flujo]) -> str:
    """En qué no coinciden el dibujo y la ejecución; vacío si dicen lo mismo."""
    dibujadas, reales = leer(svg), barras_de(flujos)
    dibujados, ocurridos = agrupar(dibujadas), agrupar(reales)
    pares = [
        par
        for par in combinations(dibujados, 2)
        if comparables(dibujados, *par)
        and not any(a_medias(grupos, *par) for grupos in (dibujados, ocurridos))
    ]
    return lienzo.diferencia(
        [*recorridos(dibujadas), *relaciones(dibujadas, pares)],
        [*recorridos(reales), *relaciones(reales, pares)],
    )


def agrupar(barras: list[Barra]) -> dict[str, list[Barra]]:
    """Las barras de cada fila en las que pasa algo; esperar turno no es hacer nada."""
    grupos: dict[str, list[Barra]] = {}
    for barra in barras:
        propias = grupos.setdefault(f"{barra.flow} › {barra.fila}", [])
        if barra.clase != TURNO:
            propias.append(barra)
    return grupos


def recorridos(barras: list[Barra]) -> list[str]:
    """Por qué tramos pasa cada fila y cómo acaba."""
    finales = {f"{b.flow} › {b.fila}": b.final for b in barras}
    return sorted(
        f"{fila}: {', '.join([*(b.clase for b in propias), finales[fila]])}"
        for fila, propias in agrupar(barras).items()
    )


def comparables(grupos: dict[str, list[Barra]], una: str, otra: str) -> bool:
    """Si son tareas del mismo flow y duran tanto que su orden no depende de la suerte."""
    return una.partition(" › ")[0] == otra.partition(" › ")[0] and all(
        grupos[fila] and EL_FLOW not in fila and duracion(grupos[fila]) >= BREVE
        for fila in (una, otra)
    )


def a_medias(grupos: dict[str, list[Barra]], una: str, otra: str) -> bool:
    """Si coinciden solo en parte: cuánto, depende de lo cargada que esté la máquina."""
    estan = grupos.get(una) and grupos.get(otra)
    return bool(estan) and relacion(grupos[una], grupos[otra]) == A_MEDIAS


def duracion(barras: list[Barra]) -> float:
    return barras[-1].fin - barras[0].inicio


def relaciones(barras: list[Barra], pares: list[tuple[str, str]]) -> list[str]:
    """Cómo van en el tiempo las dos filas de cada par."""
    grupos = agrupar(barras)
    return [
        f"{una} y {otra}: {relacion(grupos[una], grupos[otra])}"
        for una, otra in pares
        if grupos.get(una) and grupos.get(otra)
    ]


def relacion(unas: list[Barra], otras: list[Barra]) -> str:
    """«a la vez» si comparten casi todo su tiempo; «una tras otra» si casi nada."""
    comun = min(unas[-1].fin, otras[-1].fin) - max(unas[0].inicio, otras[0].inicio)
    parte = comun / min(duracion(unas), duracion(otras))
    if parte >= CASI_TODO:
        return "a la vez"
    return "una tras otra" if parte <= 1 - CASI_TODO else A_MEDIAS


def leer(svg: str) -> list[Barra]:
    """Lee las barras de su dibujo: cada una lleva escrito lo que representa."""
    etiquetas = (e.get("aria-label", "") for e in lienzo.analizar(svg).iter())
    return [
        Barra(
            **{**partes, "inicio": float(partes["inicio"]), "fin": float(partes["fin"])}
        )
        for etiqueta in etiquetas
        if (hallazgo := ETIQUETA.fullmatch(etiqueta))
        and (partes := hallazgo.groupdict())
    ]


def dibujar(flujos: list[Flujo]) -> str:
    """El dibujo del cronograma de unos flow runs, como HTML para la página."""
    return publicar(barras_de(flujos))


def publicar(barras: list[Barra]) -> str:
    """El dibujo de unas barras.

    Raises:
        HerramientaAusente: si no están Vega-Altair y vl-convert.
    """
    try:
        import vl_convert
    except ImportError as error:
        raise lienzo.HerramientaAusente(str(error)) from error
    arbol = ElementTree.fromstring(vl_convert.vegalite_to_svg(grafica(barras)))
    return lienzo.publicar(arbol, "cronograma", "; ".join(recorridos(barras)))


def grafica(barras: list[Barra]) -> dict[str, object]:
    """La gráfica en Vega-Lite: un panel por flow, todos con el mismo eje."""
    import altair as alt

    usadas = [clase for clase in CLASES if any(b.clase == clase for b in barras)]
    escala = alt.Scale(domain=usadas, range=[f"var({CLASES[c]})" for c in usadas])
    leyenda = alt.Legend(orient="bottom", title=None, columns=2, symbolType="square")
    cabecera = alt.Header(labelOrient="top", labelAnchor="start", labelFontSize=12)
    eje = alt.Axis(title="segundos", format="~g", tickCount=5)
    base = alt.Chart().encode(alt.Y("fila:N", sort=None, title=None))
    # El borde da un ancho mínimo a lo que dura milésimas.
    franjas = base.mark_bar(strokeWidth=1.5).encode(
        alt.X("inicio:Q", axis=eje),
        alt.X2("fin:Q"),
        alt.Fill("clase:N", scale=escala, legend=leyenda),
        alt.Stroke("clase:N", scale=escala, legend=None),
        alt.Size("grosor:Q", scale=None, legend=None),
        description="etiqueta:N",
    )
    finales = (
        base.mark_text(align="left", dx=6, aria=False)
        .encode(alt.X("fin:Q"), text="final:N")
        .transform_filter("datum.ultima")
    )
    paneles = (
        alt.layer(franjas, finales, data=alt.Data(values=datos(barras)))
        .properties(width=ANCHO, height=alt.Step(ALTO_DE_FILA))
        .facet(row=alt.Row("flow:N", sort=None, title=None, header=cabecera))
        .resolve_scale(y="independent")
        # Las letras de ancho fijo miden lo mismo en todos los sistemas: nada se corta.
        .configure(
            font="monospace", padding={"left": 2, "top": 2, "bottom": 2, "right": 8}
        )
        .configure_axis(labelFontSize=11, titleFontSize=11, titleFontWeight="normal")
        .configure_legend(labelFontSize=11)
        .configure_text(fontSize=11)
    )
    return paneles.to_dict()


def datos(barras: list[Barra]) -> list[dict[str, object]]:
    """Cada barra como la necesita la gráfica; la última de cada fila lleva su final al lado."""
    ultimas = {(barra.flow, barra.fila): barra for barra in barras}
    return [
        {
            **asdict(barra),
            "etiqueta": f"{barra.flow} › {barra.fila}, {barra.final}: {barra.clase} "
            f"de {barra.inicio} a {barra.fin} s",
            "grosor": 2
            if "espera" in barra.clase
            else 5
            if barra.fila == EL_FLOW
            else 12,
            "ultima": ultimas[barra.flow, barra.fila] is barra,
        }
        for barra in barras
    ]
