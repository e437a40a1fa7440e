"""Corrige un ejercicio: ejecuta sus comprobaciones y se detiene en la primera que falta."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from calificador.ejercicios import Ejercicio
from calificador.practica import Practica
from calificador.servicio import Servicio, ServidorParado
from calificador.veredicto import Correccion, Punto, Tropiezo


def corregir(
    ejercicio: Ejercicio,
    carpeta: Path,
    servicio: Servicio,
    al_comprobar: Callable[[Punto], object] = lambda punto: None,
) -> Correccion:
    """Corrige un ejercicio de la carpeta de un estudiante, sin tocarla.

    Args:
        ejercicio: cuál.
        carpeta: la del estudiante.
        servicio: arranca si hace falta: lo que se ve sin ejecutar nada no lo necesita.
        al_comprobar: recibe cada punto en cuanto se sabe.

    Raises:
        Averia: si el calificador no puede trabajar.
        OSError: si el sistema no le deja.
    """
    correccion = Correccion(ejercicio)
    practica = Practica(ejercicio, carpeta, servicio)
    try:
        practica.revisar()
        correccion.programa = practica.programa
        for punto in puntos(practica):
            correccion.puntos.append(punto)
            al_comprobar(punto)
            if not punto.bien:
                break
    except Tropiezo as tropiezo:
        correccion.tropiezo = con_su_causa(practica, tropiezo)
    else:
        if correccion.aprobado:
            correccion.avisos = practica.avisos + practica.diagnostico.avisos()
    finally:
        correccion.flujos = practica.flujos
        practica.cerrar()
    return correccion


def puntos(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el ejercicio; lo que falta, con la causa que se vea en el programa.

    Raises:
        ServidorParado: si el servidor deja de responder a mitad.
    """
    from httpx import HTTPError

    try:
        practica.servicio.estrenar()
        for punto in comprobaciones(practica):
            yield punto if punto.bien else con_causa(practica, punto)
    except HTTPError as error:
        practica.servicio.exigir()
        raise ServidorParado("El servidor de Prefect ha fallado.", str(error)) from None


def comprobaciones(practica: Practica) -> Iterator[Punto]:
    """Las comprobaciones del ejercicio, que están en el módulo con su nombre."""
    nombre = practica.ejercicio.nombre.replace("-", "_")
    modulo = import_module(f"calificador.comprobaciones.e{nombre}")
    return modulo.comprobar(practica)


def con_causa(practica: Practica, punto: Punto) -> Punto:
    """Un punto que falta, con la causa que se ve en el programa en vez de la habitual."""
    indicio = practica.diagnostico.indicio(practica.ultima, por_el_log=punto.por_el_log)
    if not indicio:
        return punto
    return replace(punto, falta=indicio.consejo, pagina=indicio.pagina)


def con_su_causa(practica: Practica, tropiezo: Tropiezo) -> Tropiezo:
    """Lo mismo, con lo que ha impedido seguir."""
    indicio = practica.diagnostico.indicio(practica.ultima)
    return Tropiezo(tropiezo.que, *indicio) if indicio else tropiezo
