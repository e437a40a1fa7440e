"""Qué sostiene cada frase: su marca, la que cierra lo que sigue o, si no afirma nada, nada."""

import re
from dataclasses import dataclass

from verificador.prosa.marcas import Clase, Marca
from verificador.prosa.unidades import CODIGO, Frase, Tipo, Unidad

CUBREN = {Clase.PRUEBA, Clase.BLOQUE, Clase.FUENTE, Clase.CONSEJO, Clase.SIN_PRUEBA}
# Lo que no afirma nada: preguntas, instrucciones y el hilo de la página.
HILO = re.compile(
    r"(?:Vas a|Al terminar|Aquí verás|Siguiente:|Lee:|Practicas:|Antes, lee:)"
)
ORDENES = """
abre activa actualiza acaba ajusta anota añade apunta arranca arregla atiende ayuda borra busca
cambia carga cierra comprueba compara comparte configura contesta convierte copia corrige crea
cuenta cuida da declara deja desactiva descarga descomprime deshaz detén devuelve di dile
ejecuta ejecútalo elige empieza encuentra entra envuelve escribe espera evita explica exporta
fíjate genera guarda guárdalo haz importa imagina imprime inicia inicialo inicíalo instala
intenta inventa lanza lee léelo limita llama llámalo llena llévalo llévate mantén mete mezcla
mide mira míralo mueve no nombra numera observa ordena pásale pasa pega pide piensa pon ponle
practica pregunta prepara presenta prueba publica pulsa quédate quita reduce redondea repite
reintenta renombra resérvala respeta responde reutiliza revisa sáltate sáltatelo saca separa
sigue sirve súbelo suma suscríbete sustituye teclea termina trabaja trata usa vacía ve vete
verifica vigila vuelve únelos une provoca calcula protege fija recuerda provoca marca
""".split()
MANDATO = re.compile(rf"[«¡(*\s]*(?:{'|'.join(ORDENES)})(?!\w)", re.IGNORECASE)
NEGADO = re.compile(r"(?:No|Nunca) \w+(?:es|as)(?:\s|\b)(?!\w)")
CON_PREAMBULO = re.compile(
    r"(?:En|Con|Desde|Para|Si|Antes|Después|Luego|Ahora|Primero|Y)\b[^,:]*[,:] *"
)


@dataclass(frozen=True)
class Clasificada:
    """Una frase y lo que la sostiene.

    Attributes:
        frase: la frase.
        tipo: el de su unidad.
        clase: qué la sostiene; ninguna, si nada.
        cubierta: si además la cubre una prueba o una fuente.
    """

    frase: Frase
    tipo: Tipo
    clase: Clase | None
    cubierta: bool


def clasificar(unidad: Unidad) -> list[Clasificada]:
    """Las frases de una unidad con su clase: una marca cubre hasta la anterior."""
    clasificadas = []
    siguiente = unidad.hereda if unidad.tipo is not Tipo.TITULO else None
    for frase in reversed(unidad.frases):
        propias = [m for m in frase.marcas if m.clase in CUBREN]
        siguiente = propias[0] if propias else siguiente
        clasificadas.append(
            Clasificada(
                frase, unidad.tipo, clase_de(frase, siguiente), siguiente is not None
            )
        )
    return clasificadas[::-1]


def clase_de(frase: Frase, marca: Marca | None) -> Clase | None:
    """Qué sostiene una frase: su valor, su marca o que no afirme nada."""
    if any(m.clase is Clase.VALOR for m in frase.marcas):
        return Clase.VALOR
    if marca and (marca.clase is not Clase.CONSEJO):
        return (
            Clase.CONSEJO
            if no_afirma(frase.texto) and marca not in frase.marcas
            else marca.clase
        )
    return Clase.CONSEJO if marca or no_afirma(frase.texto) else None


def no_afirma(texto: str) -> bool:
    """Si una frase pregunta, manda o anuncia lo que sigue."""
    limpio = texto.strip(" .:,;—|")
    if not re.search(r"[^\W\d]{2}", limpio) and CODIGO not in limpio:
        return True
    if "¿" in limpio and limpio.endswith(("?", "?»")):
        return True
    sin_preambulo = CON_PREAMBULO.sub("", limpio, count=1)
    return any(
        HILO.match(t)
        or NEGADO.match(t)
        or (MANDATO.match(t) and not t.startswith("No "))
        for t in (limpio, sin_preambulo)
    )
