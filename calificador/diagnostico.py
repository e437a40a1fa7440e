"""Por qué no ha servido lo que ha ejecutado un programa del estudiante, y qué hacer."""

import re
import signal
import sys
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import packages_distributions
from pathlib import Path

from calificador.averias import Averia, en_lo_impreso
from calificador.conocidos import Conocido
from calificador.errores import explicar, ultimo_error
from calificador.fuente import Fuente
from calificador.indicios import avisos, buscar, sin_llamar
from calificador.lengua import frase
from calificador.veredicto import Indicio, Tropiezo
from motor.ejecuciones import Flujo
from motor.prefect_por_dentro import SERVIDO

SIRVE = Conocido(
    SERVIDO,
    "Si el ejercicio pide ejecutar el flow, llámalo con paréntesis y sin .serve; si pide un "
    "deployment de un work pool, créalo con .deploy(…), que termina.",
    "tutorial/programacion#serve",
)


@dataclass(frozen=True)
class Entrega:
    """Lo que dejó un programa del estudiante."""

    codigo: int | None  # None: seguía en marcha, como debe un servicio
    salida: str
    flujos: list[Flujo] = field(default_factory=list)

    @property
    def error(self) -> str:
        """Lo que dice la traza que ha fallado; nada, si no hay ninguna."""
        return ultimo_error(self.salida)


class Diagnostico:
    """Explica lo que hizo el programa de una carpeta."""

    def __init__(self, raiz: Path, archivo: Path, fuera: dict[str, str]) -> None:
        """Prepara el diagnóstico.

        Args:
            raiz: la de la copia; al estudiante no se le enseña.
            archivo: su programa.
            fuera: por qué no se ha copiado cada archivo que falta.
        """
        self._raiz = raiz
        self._archivo = archivo
        self._fuera = fuera
        # Los errores que en su ejercicio se explican de otra manera.
        self.propios: list[Conocido] = []

    @cached_property
    def fuente(self) -> Fuente:
        """Lo que se lee en el programa, para explicar mejor lo que no pasó."""
        return Fuente(self._archivo)

    @property
    def _nombre(self) -> str:
        return self._archivo.name

    def indicio(self, entrega: Entrega, *, por_el_log: bool = False) -> Indicio | None:
        """La causa que se ve en el programa, si la hay; véase `indicios.buscar`."""
        return buscar(
            self.fuente, entrega.salida, entrega.flujos, por_el_log=por_el_log
        )

    def avisos(self) -> list[Indicio]:
        """Lo que podría salir mal otro día, aunque hoy esté todo; véase `indicios.avisos`."""
        return avisos(self.fuente)

    def con_error(self, entrega: Entrega) -> Tropiezo | Averia:
        """El programa terminó con error: cuál y en qué línea suya."""
        return (
            en_lo_impreso(entrega.error)
            or self._interactivo(entrega.error)
            or self._tapado(entrega)
            or self._otro_error(entrega)
        )

    def _interactivo(self, error: str) -> Tropiezo | None:
        if error.startswith("EOFError"):
            return Tropiezo(
                f"«{self._nombre}» pide datos por el teclado, y nadie puede contestarle",
                "Quita los input(): un flow se ejecuta solo. Usa parámetros.",
                "tutorial/flow-y-task#parametros",
            )
        if "BdbQuit" in error:
            return Tropiezo(
                f"«{self._nombre}» se para en un breakpoint(), y nadie puede contestarle",
                "Quita el breakpoint(), o pdb.set_trace(), cuando termines de depurar. Para "
                "ver un valor, imprímelo: con log_prints=True queda en el log.",
                "tutorial/flow-y-task#log",
            )
        return None

    def _tapado(self, entrega: Entrega) -> Tropiezo | None:
        """Un archivo del estudiante que se llama como una biblioteca que el programa usa."""
        if not re.match(
            r"(\w*ImportError|ModuleNotFoundError|AttributeError)", entrega.error
        ):
            return None
        for ruta in sorted(self._archivo.parent.glob("*.py")):
            nombrado = re.search(rf"'{re.escape(ruta.stem)}[.']", entrega.error)
            if es_biblioteca(ruta.stem) and (
                nombrado or f'{ruta}", line' in entrega.salida
            ):
                return Tropiezo(
                    f"Tu archivo «{ruta.name}» tapa a la biblioteca {ruta.stem}",
                    f"Python encuentra antes el tuyo y lo importa en su lugar. Cambia de "
                    f"nombre «{ruta.name}», borra la carpeta __pycache__ y vuelve a probar.",
                    "tutorial/tus-archivos#nombres",
                )
        return None

    def _otro_error(self, entrega: Entrega) -> Tropiezo:
        lineas = re.findall(rf'{re.escape(self._nombre)}", line (\d+)', entrega.salida)
        donde = f", en la línea {lineas[-1]}" if lineas else ""
        consejo, pagina = self._explicar(entrega.error)
        dicho = entrega.error or self._ultimas_palabras(entrega)
        dicho = visible(dicho.replace(f"{self._raiz}/", ""))
        return Tropiezo(
            f"«{self._nombre}» termina con un error{donde}",
            f"{frase(dicho)} {consejo}".strip(),
            pagina,
        )

    def _explicar(self, error: str) -> tuple[str, str]:
        for nombre, motivo in self._fuera.items():
            if nombre in error:
                return (
                    f"En tu carpeta está «{nombre}», pero no he podido copiarlo: {motivo}.",
                    "",
                )
        absoluta = self.fuente.ruta_absoluta()
        if absoluta and absoluta in error:
            return (
                "Esa ruta está escrita entera y solo existe en un equipo. Calcula las rutas "
                "desde __file__.",
                "tutorial/primer-flow#rutas",
            )
        return self._llamada_de_mas(error) or explicar(error, self.propios)

    def _llamada_de_mas(self, error: str) -> Indicio | None:
        """Un argumento que es una función y que se da ya llamada."""
        sin_argumentos = re.match(r"TypeError:.(?P<funcion>\w+)\(\).missing", error)
        funcion = sin_argumentos["funcion"] if sin_argumentos else ""
        if not (argumento := self.fuente.argumento_llamado(funcion)):
            return None
        es_hook = argumento.startswith("on_")
        dada, sola = (
            f"[{que}]" if es_hook else que for que in (f"{funcion}()", funcion)
        )
        return Indicio(
            f"Con {argumento}={dada} la llamas tú, y sin darle nada. Dásela a Prefect, "
            f"que la llama cuando toca: {argumento}={sola}, sin paréntesis.",
            "produccion/avisos#hook" if es_hook else "tutorial/reintentos#condicion",
        )

    def _ultimas_palabras(self, entrega: Entrega) -> str:
        """Lo último que imprimió un programa que no deja traza."""
        if (entrega.codigo or 0) < 0:
            return f"El sistema lo ha detenido: {nombre_de_senal(-entrega.codigo)}."
        lineas = entrega.salida.strip().splitlines()
        ultima = (
            f" Lo último que imprime: {visible(lineas[-1])[:200]}" if lineas else ""
        )
        return f"Termina con el código {entrega.codigo}: ¿llamas a exit?{ultima}"

    def sin_flow(self, entrega: Entrega) -> Tropiezo:
        """El programa terminó bien y no ejecutó ningún flow."""
        consejo, pagina = self.indicio(entrega) or self._por_que_sin_flow()
        return Tropiezo(
            f"«{self._nombre}» termina sin ejecutar ningún flow", consejo, pagina
        )

    def _por_que_sin_flow(self) -> Indicio:
        if self.fuente.cambia_de_servidor():
            return Indicio(
                "Tu programa da valor a PREFECT_API_URL: lo que ejecuta lo apunta otro "
                "servidor, y aquí no se ve. Quítalo: la dirección se pone fuera.",
                "tutorial/ui-local#direccion",
            )
        if indicio := sin_llamar(self.fuente):
            return indicio
        if escrito := self.fuente.main_mal_escrito():
            return Indicio(
                f"Comparas __name__ con «{escrito}», y al ejecutar un archivo vale "
                '«__main__», con dos guiones bajos a cada lado: if __name__ == "__main__":.',
                "tutorial/tus-archivos#nombres",
            )
        return Indicio(
            "Un flow es una función con @flow encima, y además hay que llamarla: suele "
            'hacerse al final, dentro de if __name__ == "__main__":.',
            "tutorial/flow-y-task#flow",
        )

    def sin_terminar(self, salida: str, limite_s: float) -> Tropiezo:
        """El programa seguía en marcha al acabar el plazo."""
        if SERVIDO in salida:
            consejo, pagina = explicar(SERVIDO, [*self.propios, SIRVE])
            return Tropiezo(
                f"«{self._nombre}» no termina: se queda sirviendo un deployment",
                f".serve(…) espera ejecuciones hasta que alguien lo para. {consejo}",
                pagina,
            )
        return Tropiezo(
            f"«{self._nombre}» no termina: he esperado {limite_s:g} segundos",
            "¿Hay un bucle sin fin, o una espera muy larga?",
        )


def es_biblioteca(nombre: str) -> bool:
    """Si un módulo con ese nombre es de Python o está instalado."""
    return nombre in sys.stdlib_module_names or nombre in packages_distributions()


def visible(texto: str) -> str:
    """Sin las letras que no se ven: una terminal las toma por órdenes."""
    return "".join(filter(str.isprintable, texto))


def nombre_de_senal(numero: int) -> str:
    """Cómo se llama una señal: SIGSEGV, SIGKILL…"""
    try:
        return signal.Signals(numero).name
    except ValueError:
        return f"señal {numero}"
