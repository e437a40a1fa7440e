"""Ejercicio 18: lo bueno entra, lo malo se aparta con su motivo, y la ejecución lo dice."""

import csv
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from calificador.comprobaciones.comun import unico_flujo
from calificador.diagnostico import Entrega
from calificador.lengua import citar, segun
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.ejecuciones import Flujo
from motor.prefect_por_dentro import DEVUELTO_MALO, Estado

CABECERA = "producto,cantidad,precio\n"
BUENOS = {
    "b-centro": CABECERA + "cafetera,1,89.50\nespejo,3,120.00\n",
    "d-norte": CABECERA + "lámpara,2,45.25\n",
    "f-sur": CABECERA + "cafetera,4,89.50\n",
}
# El primero y el último son malos: nada depende de por dónde se empiece.
MALOS = {
    "a-vacio": ("", "no tiene ninguna venta"),
    "c-sin-precio": ("producto,cantidad\nespejo,1\n", "falta la columna precio"),
    "e-con-texto": (
        CABECERA + "espejo,1,120.00\nespejo,docena,120.00\n",
        "venta 2: cantidad es 'docena'",
    ),
    "g-cabecera": (CABECERA, "no tiene ninguna venta"),
}
CON_APARTADOS, TIPO_COMPLETADO = "ConApartados", "COMPLETED"
PIDE = "ejercicios/18-archivo-malo#enunciado"
ESTADO = "recuperacion/un-archivo-malo#estado"
APARTAR = "recuperacion/un-archivo-malo#que-ha-pasado"


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Primero buenos y malos mezclados; después, solo buenos; después, solo malos."""
    shutil.copy(practica.ejercicio.comienzo.with_name("cajas.py"), practica.carpeta)
    malos = {nombre: texto for nombre, (texto, _) in MALOS.items()}
    entrega = cargar(practica, BUENOS | malos)
    yield Punto(
        "no_guarda",
        "Se guardan las ventas de los archivos buenos, y solo esas",
        guardadas(practica) == esperadas(),
        f"He puesto {len(BUENOS)} archivos buenos y {len(MALOS)} malos. "
        f"{por_que_no_guarda(practica, entrega)}",
        APARTAR,
    )
    yield from lo_apartado(practica)
    yield Punto(
        "no_lo_dice",
        f"Si se aparta alguno, la ejecución termina en {CON_APARTADOS}",
        es_con_apartados(practica, entrega),
        por_que_no_lo_dice(practica, entrega),
        ESTADO,
    )
    flujo = unico_flujo(cargar(practica, BUENOS).flujos)
    yield Punto(
        "dice_de_mas",
        "Si todos son buenos, termina en Completed",
        flujo.estado == Estado.COMPLETED,
        f"He puesto solo archivos buenos y ha terminado en {flujo.estado}. {CON_APARTADOS} solo "
        "si se ha apartado alguno: si sale cada noche, nadie mirará la carpeta.",
        ESTADO,
    )
    yield solo_malos(practica, malos)


def solo_malos(practica: Practica, malos: dict[str, str]) -> Punto:
    """Que se aparten todos y la ejecución falle, la devuelva él o lance un error."""
    flujo = unico_flujo(cargar(practica, malos).flujos)
    quedan = sorted(ruta.name for ruta in entrada(practica).glob("*.csv"))
    visto = (
        f"ha fallado antes de apartarlos: {quedan[0]} sigue en la carpeta cajas. Que no haya "
        "ninguna venta no es motivo para dejar de apartar."
        if quedan
        else f"ha terminado en {flujo.estado}: no ha entrado ninguna venta, y quien mire la "
        "interfaz creerá que sí. Si se apartan todos, devuelve Failed(…)."
    )
    return Punto(
        "todo_malo",
        "Si todos son malos, se apartan y la ejecución falla",
        not quedan and flujo.estado == Estado.FAILED,
        f"He puesto solo archivos malos y {visto}",
        ESTADO,
    )


def cargar(practica: Practica, archivos: dict[str, str]) -> Entrega:
    """Ejecuta el programa con esos archivos en la entrada, y nada de las otras veces.

    Raises:
        Tropiezo: si se detiene antes de guardar con un error que no es el de un archivo malo.
    """
    for carpeta in (entrada(practica), apartados(practica)):
        shutil.rmtree(carpeta, ignore_errors=True)
    guardado(practica).unlink(missing_ok=True)
    entrada(practica).mkdir(parents=True)
    for nombre, texto in archivos.items():
        (entrada(practica) / f"{nombre}.csv").write_text(texto, "utf-8")
    entrega = practica.ejecutar(puede_fallar=True)
    esperado = DEVUELTO_MALO in entrega.error or bool(del_archivo(entrega))
    todos_malos = not archivos.keys() & BUENOS.keys()
    lo_ha_hecho = guardadas(practica) == esperadas()
    if entrega.codigo and not (esperado or todos_malos or lo_ha_hecho):
        raise practica.diagnostico.con_error(entrega)
    return entrega


def del_archivo(entrega: Entrega) -> str:
    """Lo que dice el error de un archivo malo, si es el que ha detenido el programa."""
    motivos = (motivo for _, motivo in MALOS.values())
    return next((motivo for motivo in motivos if motivo in entrega.error), "")


def entrada(practica: Practica) -> Path:
    return practica.salida / "cajas"


def apartados(practica: Practica) -> Path:
    return practica.salida / "apartados"


def guardado(practica: Practica) -> Path:
    return practica.salida / "ventas_de_cajas.csv"


def guardadas(practica: Practica) -> Counter[tuple[object, ...]]:
    """Las ventas que ha guardado, sin contar la cabecera."""
    if not guardado(practica).is_file():
        return Counter()
    with guardado(practica).open(encoding="utf-8", newline="") as archivo:
        return Counter(map(venta, list(csv.reader(archivo))[1:]))


def esperadas() -> Counter[tuple[object, ...]]:
    """Las de los archivos buenos, cada una las veces que está."""
    lineas = (texto.splitlines()[1:] for texto in BUENOS.values())
    return Counter(venta(linea.split(",")) for suyas in lineas for linea in suyas)


def venta(celdas: list[str]) -> tuple[object, ...]:
    """Una venta, en la que 89.5 y 89.50 son lo mismo."""
    return tuple(map(numero_o_texto, celdas))


def numero_o_texto(celda: str) -> object:
    try:
        return float(celda)
    except ValueError:
        return celda


def en_una_linea(una: tuple[object, ...]) -> str:
    return ", ".join(map(str, una))


def por_que_no_guarda(practica: Practica, entrega: Entrega) -> str:
    """Qué ha pasado con las ventas de los buenos."""
    if motivo := del_archivo(entrega):
        return (
            f"Se ha parado con el primero malo: {citar(motivo)}. Atiende el ValueError de leer "
            "dentro del bucle, alrededor de cada archivo: así los demás siguen."
        )
    hay, faltan = guardadas(practica), esperadas() - guardadas(practica)
    if not hay:
        return (
            "No se ha guardado ninguna venta: llama a guardar con las de todos los buenos, una "
            "vez, al final."
        )
    if faltan:
        return (
            f"Faltan ventas, como {citar(en_una_linea(next(iter(faltan))))}. El try va dentro del "
            "bucle, alrededor de cada archivo, y guardar se llama una sola vez, con las de todos: "
            "cada llamada sustituye lo que hubiera."
        )
    de_mas = [en_una_linea(una) for una in hay - esperadas()]
    return (
        f"Sobra {citar(''.join(de_mas[:1]))}: o se repite, o es de un archivo malo, del que no "
        "entra nada. Guarda solo lo que devuelve leer, una vez por archivo."
    )


def lo_apartado(practica: Practica) -> Iterator[Punto]:
    """Que cada malo esté en su carpeta, con su motivo, y ningún bueno."""
    yield Punto(
        "no_aparta",
        "Cada archivo malo pasa a la carpeta apartados, y solo esos",
        not (problema := por_que_no_aparta(practica)),
        problema,
        APARTAR,
    )
    sin_motivo = [
        nombre
        for nombre, (_, motivo) in MALOS.items()
        if motivo not in nota(practica, nombre)
    ]
    yield Punto(
        "sin_motivo",
        "Al lado de cada uno, una nota dice su motivo",
        not sin_motivo,
        por_que_sin_motivo(practica, sin_motivo),
        PIDE,
    )


def por_que_no_aparta(practica: Practica) -> str:
    """Qué archivo no está donde debe; vacío, si todos lo están."""
    estan = {ruta.stem for ruta in apartados(practica).glob("*.csv")}
    siguen = {ruta.stem for ruta in entrada(practica).glob("*.csv")}
    if buenos := sorted(estan & BUENOS.keys()):
        return (
            f"Has apartado {buenos[0]}.csv, que es bueno. Aparta solo el archivo cuyo leer "
            "falla."
        )
    if fuera := sorted(BUENOS.keys() - siguen):
        return (
            f"{fuera[0]}.csv, que es bueno, ya no está en la carpeta cajas. Déjalo ahí: solo "
            "se mueven los malos."
        )
    if faltan := sorted(MALOS.keys() - estan):
        donde = (
            "sigue en la carpeta cajas"
            if faltan[0] in siguen
            else "ya no está en la carpeta cajas"
        )
        return (
            f"{faltan[0]}.csv no está en data/output/apartados: {donde}. Crea la carpeta con "
            "APARTADOS.mkdir(exist_ok=True) y llévatelo con su nombre: ruta.replace(APARTADOS / "
            "ruta.name)."
        )
    if quedan := sorted(MALOS.keys() & siguen):
        return (
            f"{quedan[0]}.csv está en apartados y también en cajas: mañana fallaría otra vez. "
            "Muévelo en vez de copiarlo, con ruta.replace(…)."
        )
    for nombre, (texto, _) in MALOS.items():
        if (apartados(practica) / f"{nombre}.csv").read_text("utf-8") != texto:
            return (
                f"{nombre}.csv está en apartados, pero no como llegó: quien lo corrija necesita "
                "el original. Muévelo, sin escribir en él."
            )
    return ""


def nota(practica: Practica, nombre: str) -> str:
    """Lo que dice la nota de un archivo apartado; vacío, si no está."""
    ruta = apartados(practica) / f"{nombre}.txt"
    return ruta.read_text("utf-8", "replace") if ruta.is_file() else ""


def por_que_sin_motivo(practica: Practica, malos: Iterable[str]) -> str:
    """Qué le pasa a la nota del primero que no la tiene bien."""
    for nombre in malos:
        if dicho := nota(practica, nombre):
            return (
                f"La nota de {nombre}.csv dice {citar(dicho)}, y leer decía "
                f"{citar(MALOS[nombre][1])}. Escribe el error de ese archivo: except ValueError "
                "as error, y str(error)."
            )
        notas = sorted(
            ruta.name for ruta in apartados(practica).iterdir() if ruta.suffix != ".csv"
        )
        hay = (
            f"Ahí {segun(len(notas), 'está', 'están')} {', '.join(notas)}"
            if notas
            else "No hay ninguna nota"
        )
        return (
            f"No encuentro apartados/{nombre}.txt, o está vacía. {hay}. Una por archivo, con su "
            'mismo nombre: APARTADOS / f"{ruta.stem}.txt".'
        )
    return ""


def es_con_apartados(practica: Practica, entrega: Entrega) -> bool:
    flujo = unico_flujo(entrega.flujos)
    return flujo.estado == CON_APARTADOS and tipo(practica, flujo) == TIPO_COMPLETADO


def tipo(practica: Practica, flujo: Flujo) -> str:
    """El tipo del estado en que ha terminado: lo que queda si se le quita el nombre."""
    return practica.cliente.read_flow_run(flujo.id).state_type.value


def por_que_no_lo_dice(practica: Practica, entrega: Entrega) -> str:
    """Cómo se llega al estado que se pide desde el que hay."""
    flujo = unico_flujo(entrega.flujos)
    if flujo.estado == CON_APARTADOS:
        return (
            f"Se llama {CON_APARTADOS}, pero es de tipo {tipo(practica, flujo)}: para Prefect "
            "no ha acabado bien. Hazlo con Completed(name=…)."
        )
    if flujo.estado == Estado.COMPLETED:
        return (
            "Ha apartado archivos y ha terminado en Completed: nadie sabrá que hay que "
            f'mirarlos. El flow devuelve Completed(name="{CON_APARTADOS}"), con return.'
        )
    return (
        f"Ha terminado en {flujo.estado}. Con algún archivo bueno, el flow ha hecho lo que "
        f'debía: devuelve Completed(name="{CON_APARTADOS}"), escrito así.'
    )
