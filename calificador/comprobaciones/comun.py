"""Lo que comparten las comprobaciones: mirar un flow, sus tareas y sus resultados."""

from pathlib import Path
from typing import TYPE_CHECKING

from calificador.indicios import sin_llamar
from calificador.lengua import segun
from calificador.practica import Practica
from calificador.veredicto import Punto, Tropiezo
from motor.ejecuciones import Flujo, Tarea
from motor.filas import TRABAJANDO
from motor.prefect_por_dentro import Estado, programar

if TYPE_CHECKING:
    import pandas as pd
    from prefect.client.schemas.objects import FlowRun
    from prefect.client.schemas.responses import DeploymentResponse

PROXIMAS = 3


def trabajo(tarea: Tarea) -> tuple[float, float]:
    """Entre qué segundos, desde que empezó su flow, trabajó una tarea."""
    tramos = [tramo for tramo in tarea.tramos if tramo.estado in TRABAJANDO]
    return (tramos[0].inicio, tramos[-1].fin) if tramos else (0.0, 0.0)


def duracion(tarea: Tarea) -> float:
    inicio, fin = trabajo(tarea)
    return fin - inicio


def a_la_vez(tareas: list[Tarea]) -> bool:
    """Si hay un momento en que todas las tareas están trabajando."""
    ratos = [trabajo(tarea) for tarea in tareas]
    return max(inicio for inicio, _ in ratos) < min(fin for _, fin in ratos)


def antecesoras(flujo: Flujo, tarea: Tarea) -> set[str]:
    """Los nombres de las tareas de las que depende otra, directamente o no."""
    por_id = {t.id: t for t in flujo.tareas}
    vistas, pendientes = set(), list(tarea.padres | tarea.esperas)
    while pendientes:
        if (padre := por_id.get(pendientes.pop())) and padre.id not in vistas:
            vistas.add(padre.id)
            pendientes += padre.padres | padre.esperas
    return {por_id[i].nombre for i in vistas}


def unico_flujo(flujos: list[Flujo]) -> Flujo:
    """El flow del ejercicio: el último que no es un subflow."""
    subflujos = {tarea.id for flujo in flujos for tarea in flujo.tareas}
    return [flujo for flujo in flujos if flujo.id not in subflujos][-1]


def leer_parquet(practica: Practica, nombre: str) -> "pd.DataFrame":
    """La tabla que el programa debe dejar en `data/output/`.

    Raises:
        Tropiezo: si no está, está en otro sitio o no es un Parquet.
    """
    import pandas as pd

    ruta = practica.salida / nombre
    if not ruta.is_file():
        raise Tropiezo(
            f"No has dejado «{nombre}» en data/output/", consejo(practica, nombre)
        )
    try:
        return pd.read_parquet(ruta)
    except (ValueError, OSError) as error:
        raise Tropiezo(
            f"«{nombre}» no es un archivo Parquet",
            f"pandas dice: {str(error).replace(f'{practica.raiz}/', '')}",
        ) from None


def consejo(practica: Practica, nombre: str) -> str:
    """Dónde ha ido a parar un resultado que no está en su sitio."""
    otros: list[Path] = [f for f in practica.raiz.rglob(nombre) if f.is_file()]
    if (practica.salida / nombre).is_dir():
        return f"«{nombre}» es una carpeta: mkdir se hace con la que lo contiene, ruta.parent."
    if otros:
        lugar = otros[0].relative_to(practica.raiz).parent.as_posix()
        if otros[0].parent == practica.datos:
            return f"Está en {lugar}/, y va en data/output/: a tu ruta le falta una carpeta."
        return (
            f"Está en {lugar}/. Calcula la ruta desde el archivo, con "
            "Path(__file__).resolve().parents[3], y no desde donde lo ejecutas."
        )
    if indicio := sin_llamar(practica.diagnostico.fuente):
        return indicio.consejo
    if suyos := sorted(f.name for f in practica.salida.glob("*.parquet")):
        return f"Ahí está {suyos[0]}: guárdalo con el nombre del enunciado, {nombre}."
    return (
        "Guárdalo con to_parquet, y crea antes la carpeta con "
        "mkdir(parents=True, exist_ok=True)."
    )


def con_columnas(
    tabla: "pd.DataFrame", que: str, *pedidas: str, pagina: str = ""
) -> Punto:
    """Que una tabla tenga unas columnas."""
    suyas = ", ".join(map(str, tabla.columns))
    faltan = [nombre for nombre in pedidas if nombre not in tabla.columns]
    sobran = [str(nombre) for nombre in tabla.columns if nombre not in pedidas]
    return Punto(
        "columnas",
        que,
        not faltan,
        f"Sus columnas son {suyas}; {segun(len(faltan), 'falta', 'faltan')} "
        f"{' y '.join(faltan)}. "
        f"{por_que_faltan(faltan, sobran)}",
        pagina,
    )


def por_que_faltan(faltan: list[str], sobran: list[str]) -> str:
    """Qué hacer con las columnas que faltan, según haya o no otras en su lugar."""
    if len(sobran) >= len(faltan):
        return (
            f"En su lugar {segun(len(sobran), 'está', 'están')} {' y '.join(sobran)}: calcula "
            "lo que pide el enunciado y llámalo como él; rename(columns={…}) cambia un nombre."
        )
    return (
        "Lo que se agrupa con groupby queda en el índice, y con index=False no se guarda: "
        "antes, pásalo a una columna con reset_index()."
    )


def flow_completo(
    flujo: Flujo,
    pista: str = "",
    pagina: str = "tutorial/estados-y-resultados#que-ha-pasado",
) -> Punto:
    """Que el flow termine en `Completed`."""
    return Punto(
        "flow_completo",
        "El flow termina bien",
        flujo.estado == Estado.COMPLETED,
        f"Ha terminado en {flujo.estado}.{pista}",
        pagina,
    )


def coinciden(obtenidos: "pd.Series", esperados: "pd.Series") -> bool:
    """Si son las mismas filas y cifras, con un centavo de margen y en cualquier orden."""
    if sorted(map(str, obtenidos.index)) != sorted(esperados.index):
        return False
    return bool((obtenidos.sort_index() - esperados.sort_index()).abs().max() < 0.02)


def validas(ventas: "pd.DataFrame") -> "pd.DataFrame":
    """Las ventas de la guía: cada fila una vez, y con precio y cantidad."""
    return ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])


def proximas(practica: Practica, despliegue: "DeploymentResponse") -> list["FlowRun"]:
    """Las tres próximas ejecuciones según su horario; se pide al servidor que las apunte."""
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    programar(practica.cliente, despliegue.id, PROXIMAS)
    runs = practica.cliente.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[despliegue.id])),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
    )
    return [run for run in runs if run.auto_scheduled][:PROXIMAS]
