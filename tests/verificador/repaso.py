"""Repasa una página como la sigue el lector: guarda sus ficheros y teclea sus órdenes."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from verificador import salidas
from verificador.pagina import (
    PYTHON,
    RAIZ,
    Bloque,
    Origen,
    Pagina,
    Valla,
    relativa,
)
from verificador.taller import Taller
from verificador.terminal import RAIZ_MOSTRADA, Ejecucion, ErrorDeEspera, Terminal

ORDEN_DE_ACTUALIZAR = "make salidas"


class BloqueRoto(Exception):
    """Un bloque no hace lo que la página dice; el mensaje explica dónde y qué hacer."""


@dataclass
class Guardado:
    """Un fichero que el lector ha guardado, y desde cuándo."""

    valla: Valla
    ruta: Path
    marca: int


@dataclass
class Repaso:
    """El estado de una página mientras se repasa."""

    pagina: Pagina
    taller: Taller
    actualizar: bool = False
    ejecutados: list[Bloque] = field(default_factory=list)
    guardados: list[Guardado] = field(default_factory=list)
    _terminal: Terminal | None = None

    @property
    def terminal(self) -> Terminal:
        """La terminal de esta página, abierta al ejecutar su primer bloque."""
        if self._terminal is None:
            opciones = dict(self.pagina.verificacion)
            opciones["servidor"] = opciones.get("servidor") != "apagado"
            if self.pagina.ruta == RAIZ / "README.md":
                opciones = {"servidor": False, "carpeta": ".", "proyecto": True}
            self._terminal = self.taller.terminal(**opciones)
        return self._terminal

    def cerrar(self) -> None:
        """Detiene los servicios de la página."""
        if self._terminal:
            self._terminal.cerrar()

    def ejecutar(self, bloque: Bloque) -> None:
        """Hace lo que el lector haría con este bloque.

        Raises:
            BloqueRoto: si no hace lo que la página dice.
        """
        if bloque.clase == "sin clase":
            raise BloqueRoto(
                f"{bloque.valla.origen}: un bloque «{bloque.valla.lenguaje}» que nadie "
                "ejecuta, que no es la salida de otro ni un fichero con título.\n"
                "Qué hacer: márcalo como salida (<!--pytest-codeblocks:expected-output-->), "
                'dale title="fichero" o, si de verdad no puede ejecutarse, '
                '<!--pytest.mark.skip(reason="…")-->.'
            )
        try:
            ejecucion = self.actuar(bloque)
        except ErrorDeEspera as error:
            raise BloqueRoto(self._explicar(bloque, str(error))) from None
        self.ejecutados.append(bloque)
        if ejecucion is None:
            return
        if (ejecucion.codigo != 0) != ("falla" in bloque.marcas):
            raise BloqueRoto(self._explicar_codigo(bloque, ejecucion))
        if bloque.salida:
            self._comparar(bloque, ejecucion.salida)

    def actuar(self, bloque: Bloque) -> Ejecucion | None:
        """Guarda el fichero del bloque o teclea su orden, sin juzgar lo que pasa."""
        valla = bloque.valla
        if valla.titulo:
            self._guardar(valla, valla.titulo)
            return None
        if valla.lenguaje in PYTHON:
            return self._ejecutar_python(valla)
        if servicio := bloque.marcas.get("servicio"):
            return self.terminal.servir(valla.codigo, *servicio.args)
        return self.terminal.ejecutar(valla.codigo)

    def _guardar(self, valla: Valla, nombre: str) -> None:
        ruta = self.terminal.carpeta / nombre
        ruta.parent.mkdir(parents=True, exist_ok=True)
        ruta.write_text(valla.codigo, encoding="utf-8", newline="\n")
        self.guardados.append(Guardado(valla, ruta, self.terminal.marca))

    def _ejecutar_python(self, valla: Valla) -> Ejecucion | None:
        """Un bloque sin título: su programa ya está en la página, o se ejecuta aquí."""
        if any(
            valla.ficheros <= g.valla.ficheros for g in self.guardados if valla.ficheros
        ):
            return None
        if len(valla.ficheros) == 1:
            (snippet,) = valla.ficheros
            programa = self.terminal.guardar(str(snippet))
        else:
            programa = self.terminal.carpeta / f"linea_{valla.origen.linea}.py"
            programa.write_text(valla.codigo, encoding="utf-8")
            self.guardados.append(Guardado(valla, programa, self.terminal.marca))
        return self.terminal.ejecutar(f"python {programa.name}")

    def sin_usar(self) -> list[Guardado]:
        """Los ficheros guardados que ningún proceso de la página ha abierto después."""
        return [
            g for g in self.guardados if g.ruta not in self.terminal.leidos(g.marca)
        ]

    def _comparar(self, bloque: Bloque, real: str) -> None:
        esperada = bloque.salida
        cambios = salidas.diferencia(
            esperada.codigo, real, sin_orden="sin_orden" in bloque.marcas
        )
        if not cambios:
            return
        if len(esperada.ficheros) != 1:
            raise BloqueRoto(
                f"{esperada.origen}: la salida está escrita a mano.\n"
                "Qué hacer: inclúyela de un fichero .txt de snippets/ con --8<-- y "
                f"ejecuta «{ORDEN_DE_ACTUALIZAR}».\n\n{cambios}"
            )
        (fichero,) = esperada.ficheros
        if self.actualizar:
            fichero.write_text(salidas.actualizar(esperada.codigo, real), "utf-8")
            return
        raise BloqueRoto(
            f"{esperada.origen}: la salida no es la que enseña la página "
            f"({relativa(fichero)}).\n{sangrar(bloque.valla.codigo)}\n{cambios}\n\n"
            "Qué hacer: si el programa está bien, actualiza las salidas con "
            f"«{ORDEN_DE_ACTUALIZAR}» y revisa el cambio con «git diff»."
        )

    def _explicar_codigo(self, bloque: Bloque, ejecucion: Ejecucion) -> str:
        problema = f"ha terminado con código {ejecucion.codigo}"
        if "falla" in bloque.marcas:
            problema = "debía fallar y ha terminado bien"
        return self._explicar(bloque, f"{problema}:\n{ejecucion.salida}")

    def _explicar(self, bloque: Bloque, problema: str) -> str:
        lugar = self._lugar_en_snippet(problema)
        return (
            f"{bloque.valla.origen}: {problema}\n\n"
            f"El bloque:\n{sangrar(bloque.valla.codigo)}\n"
            f"Qué hacer: corrige {lugar or 'la orden en la página'}; para repetirlo, "
            f"«pytest {relativa(self.pagina.ruta)}»."
        )

    def _lugar_en_snippet(self, traza: str) -> Origen | None:
        """La última línea de una traza que pertenece a un fichero de la página."""
        for fichero, numero in reversed(re.findall(r'File "(.+?)", line (\d+)', traza)):
            ruta = Path(fichero.replace(RAIZ_MOSTRADA, str(self.terminal.raiz)))
            for guardado in self.guardados:
                if guardado.ruta == ruta and int(numero) <= len(
                    guardado.valla.origenes
                ):
                    return guardado.valla.origenes[int(numero) - 1]
            if ruta.is_relative_to(RAIZ / "snippets"):
                return Origen(ruta, int(numero))
        return None


def sangrar(texto: str) -> str:
    return "".join(f"    {linea}\n" for linea in texto.rstrip().split("\n"))
