"""Ejercicio 16: lo que ya se pagó no se pide otra vez, salvo que cambie; y siempre se entrega."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from calificador.comprobaciones.comun import unico_flujo, validas
from calificador.diagnostico import Entrega
from calificador.lengua import contar
from calificador.practica import Practica
from calificador.veredicto import Indicio, Punto
from motor.prefect_por_dentro import Estado

MESES = ("2025-01", "2025-02", "2025-03")
CAMBIADO = "2025-02"
PETICION = "Petición cobrada: "  # lo que imprime la central


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    shutil.copy(practica.ejercicio.comienzo.with_name("central.py"), practica.carpeta)
    cerrada = practica.ejecutar(puede_fallar=True)
    lo_abrio_el = buzon(practica).exists()
    buzon(practica).mkdir(parents=True, exist_ok=True)
    abierta = practica.ejecutar()
    repetidos = pedidos(abierta)
    yield Punto(
        "pide_otra_vez",
        "Lo que ya estaba pedido no se pide otra vez",
        bool(pedidos(cerrada)) and not repetidos,
        por_que_pide(pedidos(cerrada), repetidos),
        "produccion/reanudar#otra-ejecucion",
    )
    yield Punto(
        "se_calla",
        "Con el buzón cerrado, el flow falla",
        unico_flujo(cerrada.flujos).estado == Estado.FAILED,
        por_que_no_falla(cerrada, lo_abrio_el),
        "tutorial/reintentos#agotados",
    )
    yield Punto(
        "otro_informe",
        "Con el buzón abierto, entrega lo vendido en cada mes",
        entregado(practica) == esperado(practica),
        f"{diferencias(practica)} A cada mes le toca lo que da pedir con ese mes, sin "
        "cambiarlo: la caché tiene que distinguirlos, y entregar recibe los tres.",
        "tutorial/cache#reutilizar",
    )
    yield sin_nada_nuevo(practica)
    yield from con_datos_nuevos(practica)
    practica.avisos += manana(practica)


def manana(practica: Practica) -> list[Indicio]:
    """Lo que hoy no se pide otra vez y mañana sí, que aquí no se puede esperar a verlo."""
    return [
        Indicio(
            f"En la línea {llamada.lineno}, la task recibe la fecha o la hora a la que se "
            "ejecuta: para la caché, cada vez que cambie será otra petición, y se pagará aunque "
            "los datos sean los mismos. Quítala: basta con lo que dice version(mes).",
            "produccion/reanudar#otra-ejecucion",
        )
        for llamada in practica.diagnostico.fuente.con_la_hora()
    ]


def sin_nada_nuevo(practica: Practica) -> Punto:
    """Que se entregue aunque no haya nada que pedir."""
    (buzon(practica) / "informe.json").unlink()
    practica.ejecutar()
    return Punto(
        "no_entrega",
        "Se entrega en cada ejecución",
        entregado(practica) == esperado(practica),
        "He vaciado el buzón y he ejecutado tu programa otra vez, sin cambiar ningún dato: "
        "no lo ha entregado. Entregar deja algo fuera de tu programa, así que no se guarda "
        "en caché: quítasela a esa task.",
        "produccion/reanudar#que-guardar",
    )


def con_datos_nuevos(practica: Practica) -> Iterator[Punto]:
    """Que un mes que cambia se pida, y solo ese."""
    cambiar_un_mes(practica)
    vueltos_a_pedir = pedidos(practica.ejecutar())
    yield Punto(
        "datos_viejos",
        "Si cambian los datos de un mes, ese mes se pide de nuevo",
        entregado(practica) == esperado(practica),
        f"He cambiado las ventas de {CAMBIADO} y el informe no lleva lo nuevo. "
        f"{diferencias(practica)} La caché solo ve los argumentos de la task: dale también "
        "lo que dice version(mes), que cambia con los datos.",
        "produccion/reanudar#otra-ejecucion",
    )
    de_mas = [mes for mes in vueltos_a_pedir if mes != CAMBIADO]
    yield Punto(
        "de_mas",
        "Los meses que no cambian no se piden",
        not de_mas and len(vueltos_a_pedir) == 1,
        f"He cambiado solo {CAMBIADO} y has pedido {', '.join(vueltos_a_pedir)}. Lo guardado "
        "de cada mes tiene que depender de la versión de ese mes, y de ninguna otra.",
        "produccion/reanudar#otra-ejecucion",
    )


def pedidos(entrega: Entrega) -> list[str]:
    """Los meses que se han pedido a la central, en orden y cada vez."""
    trozos = entrega.salida.split(PETICION)[1:]
    return sorted(trozo[: len(CAMBIADO)] for trozo in trozos)


def por_que_pide(primeros: list[str], repetidos: list[str]) -> str:
    """Qué hacer si la segunda ejecución pide lo mismo que la primera."""
    if not primeros:
        return "La primera vez no ha pedido nada: llama a pedir con cada mes."
    veces = contar(len(repetidos), "petición", "peticiones")
    return (
        f"Lo he ejecutado con el buzón cerrado y otra vez con el buzón abierto, y la segunda "
        f"ha hecho {veces}: {', '.join(repetidos)}. Ejecutar el programa es otro flow run, y "
        "persist_result no llega a él: la task que pide necesita una cache_policy, y recibir los "
        "mismos argumentos las dos veces."
    )


def por_que_no_falla(entrega: Entrega, lo_abrio_el: bool) -> str:
    """Por qué no se ve que el informe no se ha entregado."""
    if lo_abrio_el:
        return (
            "Tu programa crea la carpeta del buzón. La abre la central: no la toques."
        )
    estado = unico_flujo(entrega.flujos).estado
    return (
        f"El buzón estaba cerrado y el flow ha terminado en {estado}: nadie sabrá que falta "
        "el informe. Llama a entregar y deja que su error salga de la task y del flow, sin "
        "try ni return_state=True."
    )


def buzon(practica: Practica) -> Path:
    return practica.salida / "buzon"


def entregado(practica: Practica) -> dict[str, float]:
    """El informe que hay en el buzón; vacío, si no hay ninguno."""
    ruta = buzon(practica) / "informe.json"
    informe = json.loads(ruta.read_text("utf-8")) if ruta.is_file() else {}
    return informe if isinstance(informe, dict) else {}


def esperado(practica: Practica) -> dict[str, float]:
    """Lo vendido en cada mes, calculado aquí."""
    ventas = validas(pd.read_csv(practica.datos / "ventas.csv"))
    totales = ventas["precio"] * ventas["cantidad"]
    por_mes = totales.groupby(ventas["fecha"].str[: len(CAMBIADO)]).sum()
    return {mes: round(float(por_mes[mes]), 2) for mes in MESES}


def diferencias(practica: Practica) -> str:
    """En qué se aparta lo entregado de lo que debía ser."""
    informe = entregado(practica)
    if not informe:
        return "En el buzón no hay ningún informe."
    for mes, total in esperado(practica).items():
        if informe.get(mes) != total:
            return f"Para {mes} dice {informe.get(mes, 'nada')}, y es {total}."
    return f"Sobra algo: {', '.join(informe.keys() - set(MESES))}."


def cambiar_un_mes(practica: Practica) -> None:
    """Sube el precio de una venta de un mes."""
    ruta = practica.datos / "ventas.csv"
    ventas = pd.read_csv(ruta)
    suyas = validas(ventas)["fecha"].str.startswith(CAMBIADO)
    ventas.loc[suyas.index[suyas][0], "precio"] += 1000
    ventas.to_csv(ruta, index=False)
