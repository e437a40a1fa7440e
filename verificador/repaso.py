"""Repasa una página como la sigue el lector: guarda sus archivos y teclea sus órdenes."""

import os.path
import re
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from calificador import progreso
from calificador.ejercicios import leer_catalogo
from motor import ejecuciones
from motor.rutas import DOCS, RAIZ, README
from verificador import album, salidas
from verificador.bloques import PYTHON, Bloque
from verificador.figuras.capturas import CapturaRota
from verificador.figuras.clases import nombre_de
from verificador.figuras.lienzo import HerramientaAusente
from verificador.ilustrador import Ilustrador
from verificador.juicio import es_extracto
from verificador.origen import Origen, relativa
from verificador.pagina import Pagina
from verificador.problemas import Problema
from verificador.taller import Taller
from verificador.terminal import RAIZ_MOSTRADA, Ejecucion, ErrorDeEspera, Terminal
from verificador.vallas import Valla

ORDEN_DE_ACTUALIZAR = "make salidas"


class BloqueRoto(Exception):
    """Un bloque no hace lo que la página dice; el mensaje explica dónde y qué hacer."""


@dataclass
class Guardado:
    """Un archivo que el lector ha guardado.

    Attributes:
        valla: el bloque de donde sale.
        ruta: dónde está.
        marca: la posición del registro de lecturas al guardarlo.
        relevo: el bloque que después ha guardado otra versión sin que nadie leyera esta.
    """

    valla: Valla
    ruta: Path
    marca: int
    relevo: Valla | None = None


@dataclass
class Repaso:
    """El estado de una página mientras se repasa."""

    pagina: Pagina
    taller: Taller
    actualizar: bool = False
    intentados: list[Bloque] = field(default_factory=list)
    ejecutados: list[Bloque] = field(default_factory=list)
    flow_runs: list[UUID] = field(default_factory=list)  # los de la última orden
    guardados: list[Guardado] = field(default_factory=list)
    _terminal: Terminal | None = None

    @property
    def terminal(self) -> Terminal:
        """La terminal de esta página, abierta al ejecutar su primer bloque."""
        if self._terminal is None:
            opciones = self.pagina.verificacion.opciones()
            if self.pagina.ruta == README:
                opciones = {"servidor": False, "carpeta": ".", "proyecto": True}
            self._terminal = self.taller.terminal(**opciones)
            resolver_los_anteriores(self.pagina.ruta, self._terminal.carpeta)
        return self._terminal

    @property
    def abierta(self) -> Terminal | None:
        """Su terminal, si ya se ha abierto."""
        return self._terminal

    def cerrar(self) -> None:
        """Detiene los servicios de la página."""
        if self._terminal:
            self._terminal.cerrar()

    def seguir_con(self, pagina: Pagina) -> None:
        """Sigue donde está con la página tal como es ahora.

        Args:
            pagina: la misma, leída otra vez; los bloques ya ejecutados hacen lo mismo.
        """
        pares = list(zip(self.pagina.bloques, pagina.bloques, strict=False))
        self.intentados = [n for v, n in pares if v in self.intentados]
        self.ejecutados = [n for v, n in pares if v in self.ejecutados]
        for guardado in self.guardados:
            guardado.valla = next(
                n.valla for v, n in pares if v.valla is guardado.valla
            )
        self.pagina = pagina

    def preparar(self, bloque: Bloque, *, incluido: bool = False) -> Bloque | None:
        """Ejecuta los bloques anteriores que falten, por si se ha pedido este solo.

        Args:
            bloque: hasta cuál.
            incluido: si también hay que ejecutar ese.

        Returns:
            El bloque anterior que no pudo ejecutarse, si lo hay: sin él no se puede seguir.

        Raises:
            BloqueRoto: si uno de los que faltaban no hace lo que la página dice.
        """
        anteriores = self.pagina.bloques[: self.pagina.bloques.index(bloque) + incluido]
        for anterior in anteriores:
            if anterior.clase in ("ilustrativo", "prueba"):
                continue
            if anterior not in self.intentados:
                self.ejecutar(anterior)
            if anterior not in self.ejecutados:
                return anterior
        return None

    def ejecutar(self, bloque: Bloque) -> None:
        """Hace lo que el lector haría con este bloque.

        Raises:
            BloqueRoto: si no hace lo que la página dice.
        """
        self.intentados.append(bloque)
        if bloque.clase == "prueba":
            # La ejecuta pytest; `juicio` mira que sea su código.
            self.ejecutados.append(bloque)
            return
        if bloque.clase == "sin clase":
            raise BloqueRoto(
                f"{bloque.valla.origen}: un bloque «{bloque.valla.lenguaje}» que nadie "
                "ejecuta, que no es la salida de otro ni un archivo con título.\n"
                "Qué hacer: márcalo como salida (<!--pytest-codeblocks:expected-output-->), "
                'dale title="archivo" o, si de verdad no puede ejecutarse, '
                '<!--pytest.mark.skip(reason="…")-->.'
            )
        try:
            ejecucion = self.actuar(bloque)
        except ErrorDeEspera as error:
            raise BloqueRoto(self._explicar(bloque, str(error))) from None
        self.ejecutados.append(bloque)
        if ejecucion is None:
            return
        if queja := final_inesperado(bloque, ejecucion):
            problema = f"{queja}:\n{ejecucion.salida}"
            raise BloqueRoto(self._explicar(bloque, problema))
        if bloque.salida:
            self._comparar(bloque, ejecucion.salida)
        self.flow_runs = ejecuciones.identificadores(ejecucion.salida)
        for figura in bloque.figuras:
            if figura not in album.capturas_de(bloque):
                ilustrador = Ilustrador(self.pagina, self.terminal, bloque, ejecucion)
                self._comparar_figura(figura, ilustrador)

    def capturar(self, figura: Path) -> None:
        """Comprueba que la interfaz enseña lo que dice una captura y, al actualizar, la hace.

        Raises:
            BloqueRoto: si no lo enseña, o está mal declarada.
        """
        servidor = self.terminal.api.removesuffix("/api")
        valores = {"flow_run": str(self.flow_runs[-1])} if self.flow_runs else {}
        pedida = self.pagina, figura, servidor, valores
        try:
            if not self.actualizar:
                album.revisar(self.taller.navegador, *pedida)
            elif album.caduca(self.pagina, figura):
                album.revelar(self.taller.navegador, *pedida)
        except CapturaRota as error:
            lugar = self.pagina.lugar("capturas", nombre_de(figura))
            remedio = "corrige la captura en la cabecera de la página."
            raise BloqueRoto(str(Problema(lugar, str(error), remedio))) from None

    def actuar(self, bloque: Bloque) -> Ejecucion | None:
        """Guarda el archivo del bloque o teclea su orden, sin juzgar lo que pasa."""
        valla = bloque.valla
        if valla.titulo:
            self._guardar(valla, valla.titulo)
            return None
        if valla.lenguaje in PYTHON:
            return self._ejecutar_python(bloque)
        self._apuntar_lo_que_no_lee_python(valla.codigo)
        if servicio := bloque.marcas.get("servicio"):
            return self.terminal.servir(valla.codigo, *servicio.args)
        return self.terminal.ejecutar(valla.codigo)

    def _guardar(self, valla: Valla, nombre: str) -> None:
        ruta = Path(os.path.normpath(self.terminal.carpeta / nombre))
        for anterior in self.guardados:
            if anterior.ruta == ruta and not self._usado(anterior):
                anterior.relevo = anterior.relevo or valla
        ruta.parent.mkdir(parents=True, exist_ok=True)
        ruta.write_text(valla.codigo, encoding="utf-8", newline="\n")
        self.guardados.append(Guardado(valla, ruta, self.terminal.marca))

    def _apuntar_lo_que_no_lee_python(self, orden: str) -> None:
        """Los archivos que una orden nombra a un programa del sistema: de él no hay registro."""
        palabras = orden.split()
        if palabras[0] in self.pagina.verificacion.programas:
            with self.terminal.lecturas.open("a", encoding="utf-8") as lecturas:
                for palabra in palabras[1:]:
                    ruta = self.terminal.carpeta / palabra
                    lecturas.write(f"{ruta}\n" if ruta.is_file() else "")

    def _ejecutar_python(self, bloque: Bloque) -> Ejecucion | None:
        """Un bloque sin título: un extracto de otro, o un programa que se publica tal cual."""
        if es_extracto(bloque, self.pagina):
            return None
        nombre = f"linea_{bloque.linea}.py"
        self._guardar(bloque.valla, nombre)
        return self.terminal.ejecutar(f"python {nombre}")

    def _usado(self, guardado: Guardado) -> bool:
        """Si algún proceso ha leído esa versión del archivo."""
        if guardado.relevo:
            return False
        return guardado.ruta in self.terminal.leidos(guardado.marca)

    @property
    def completo(self) -> bool:
        """Si se ha ejecutado todo lo que la página ejecuta, saliera como saliera."""
        return all(
            bloque in self.ejecutados
            for bloque in self.pagina.bloques
            if bloque.clase not in ("ilustrativo", "prueba")
        )

    def sin_usar(self) -> list[Problema]:
        """Los archivos guardados que ningún proceso ha leído antes de cambiar o acabar.

        De una página a medio repasar no se sabe: la orden que falta podría usarlos.
        """
        if not self.completo:
            return []
        return [
            no_se_usa(guardado)
            for guardado in self.guardados
            if not self._usado(guardado)
        ]

    def _comparar(self, bloque: Bloque, real: str) -> None:
        esperada = bloque.salida
        if len(esperada.archivos) != 1:
            raise BloqueRoto(
                f"{esperada.origen}: la salida está escrita a mano.\n"
                "Qué hacer: inclúyela de un archivo .txt de snippets/ con --8<-- y "
                f"ejecuta «{ORDEN_DE_ACTUALIZAR}»."
            )
        cambios = salidas.diferencia(
            esperada.codigo,
            real,
            sin_orden="sin_orden" in bloque.marcas,
            declarados=bloque.declarados,
        )
        (archivo,) = esperada.archivos
        if cambios and self.actualizar:
            archivo.write_text(salidas.publicable(real), "utf-8")
        elif cambios:
            raise BloqueRoto(
                f"{esperada.origen}: la salida no es la que enseña la página "
                f"({relativa(archivo)}).\n{sangrar(bloque.valla.codigo)}\n{cambios}\n\n"
                "Qué hacer: si el programa está bien, actualiza las salidas con "
                f"«{ORDEN_DE_ACTUALIZAR}» y revisa el cambio con «git diff»."
            )

    def _comparar_figura(self, figura: Path, ilustrador: Ilustrador) -> None:
        try:
            if self.actualizar:
                ilustrador.redibujar(figura)
            elif cambios := ilustrador.diferencia(figura):
                raise BloqueRoto(
                    f"{ilustrador.bloque.valla.origen}: la figura {relativa(figura)} no es lo "
                    f"que ha pasado.\n{sangrar(ilustrador.bloque.valla.codigo)}\n{cambios}\n\n"
                    "Qué hacer: si el programa está bien, redibújala con "
                    f"«{ORDEN_DE_ACTUALIZAR}» y revisa el cambio con «git diff»."
                )
        except HerramientaAusente as error:
            raise BloqueRoto(f"{relativa(figura)}: {error}") from None

    def _explicar(self, bloque: Bloque, problema: str) -> str:
        lugar = self._lugar_en_snippet(problema)
        return (
            f"{bloque.valla.origen}: {problema}\n\n"
            f"El bloque:\n{sangrar(bloque.valla.codigo)}\n"
            f"Qué hacer: corrige {lugar or 'la orden en la página'}; para repetirlo, "
            f"«pytest {relativa(self.pagina.ruta)}»."
        )

    def _lugar_en_snippet(self, traza: str) -> Origen | None:
        """La última línea de una traza que pertenece a un archivo de la página."""
        for archivo, numero in reversed(re.findall(r'File "(.+?)", line (\d+)', traza)):
            ruta = Path(archivo.replace(RAIZ_MOSTRADA, str(self.terminal.raiz)))
            for guardado in reversed(self.guardados):
                if guardado.ruta == ruta and int(numero) <= len(
                    guardado.valla.origenes
                ):
                    return guardado.valla.origenes[int(numero) - 1]
            if ruta.is_relative_to(RAIZ / "snippets"):
                return Origen(ruta, int(numero))
        return None


def resolver_los_anteriores(pagina: Path, carpeta: Path) -> None:
    """Si una página es la de un ejercicio, deja apuntado que el lector resolvió los de antes.

    Se hacen en orden: sin esto, el calificador diría en todas las páginas que lleva uno.

    Args:
        pagina: la que se repasa.
        carpeta: la del lector, donde el calificador apunta su progreso.
    """
    nombres = [ejercicio.nombre for ejercicio in leer_catalogo()]
    if pagina.parent == DOCS / "ejercicios" and pagina.stem in nombres:
        for nombre in nombres[: nombres.index(pagina.stem)]:
            progreso.apuntar(carpeta, nombre, resuelto=True)


def final_inesperado(bloque: Bloque, ejecucion: Ejecucion) -> str:
    """Por qué no vale cómo ha terminado una orden; vacío si vale."""
    falla = bloque.marcas.get("falla")
    if falla is None and ejecucion.escondido:
        return f"sigue adelante, pero «{ejecucion.escondido}» ha fallado"
    if falla is None:
        return f"ha terminado con código {ejecucion.codigo}" if ejecucion.codigo else ""
    if ejecucion.codigo == 0:
        return "debía fallar y ha terminado bien"
    (error,) = falla.args
    if error not in ejecucion.salida:
        return f"ha fallado (código {ejecucion.codigo}), pero no con «{error}»"
    return ""


def no_se_usa(guardado: Guardado) -> Problema:
    """El problema de un archivo que nadie lee, o de su primera versión."""
    que = f"se guarda «{guardado.ruta.name}» pero ninguna orden lo usa"
    if guardado.relevo:
        que += f" antes de que {guardado.relevo.origen} guarde otra versión"
    remedio = "añade la orden que lo ejecuta, o quita el título."
    return Problema(guardado.valla.origen, que, remedio)


def sangrar(texto: str) -> str:
    return "".join(f"    {linea}\n" for linea in texto.rstrip().split("\n"))
