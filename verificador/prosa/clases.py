"""Qué sostiene cada frase: su marca, la que cierra lo que sigue o, si no afirma nada, nada."""

import re
import unicodedata
from dataclasses import dataclass

from verificador.prosa.marcas import Clase, Marca
from verificador.prosa.unidades import CODIGO, Frase, Tipo, Unidad

ENUNCIADO = "enunciado"
CUBREN = {Clase.PRUEBA, Clase.BLOQUE, Clase.FUENTE, Clase.CONSEJO, Clase.SIN_PRUEBA}
# Lo que no afirma nada: preguntas, instrucciones y el hilo de la página.
HILO = re.compile(
    r"(?:Vas a|Al terminar|Aquí verás|Siguiente:|Lee:|Practicas:|Antes, lee:)"
)
ORDENES = """
abre acaba activa actualiza ajusta anota anula apunta arranca arregla atiende ayuda añade baja
borra busca calcula cambia carga cierra compara comparte comprueba configura contesta convierte
copia corrige crea cuenta cuida da decide declara deja desactiva descarga descomprime deshaz
detén devuelve di ejecuta elige empieza encuentra entra envuelve escribe espera evita explica
exporta fija genera guarda haz imagina importa imprime inicia instala intenta inventa junta
lanza lee limita limpia llama llena lleva mantén mete mezcla mide mira mueve nombra numera
observa ordena pasa pega pide piensa pon practica pregunta prepara presenta programa protege
provoca prueba publica pulsa queda quita recuerda redondea reduce reintenta renombra repite
reserva respeta responde reutiliza revisa rodea saca salta selecciona separa sigue sirve sube
suma sustituye teclea termina trabaja trae trata une usa vacía ve verifica vigila vuelve
""".split()
ENCLITICOS = r"(?:me|te|se|le|lo|la|los|las|les|nos)*"


def sin_tildes(texto: str) -> str:
    """El texto sin acentos: «guárdalo» y «guarda» empiezan entonces igual."""
    partes = unicodedata.normalize("NFD", texto.replace("ñ", "\ue010"))
    return re.sub("[\u0300-\u036f]", "", partes).replace("\ue010", "ñ")


MANDATO = re.compile(
    rf"[«¡(*\s]*(?:{'|'.join(map(sin_tildes, ORDENES))}|fijate|resta)"
    rf"{ENCLITICOS}(?!\w)",
    re.IGNORECASE,
)
NEGADO = re.compile(r"(?:No|Nunca) (?:te |lo |la |los |las )?\w+(?:es|as)(?!\w)")
PORQUE = re.compile(r",? porque |;| y así |, así ")
CON_PREAMBULO = re.compile(
    r"(?:Cuando|En|Con|Desde|Para|Si|Antes|Después|Luego|Ahora|Primero|Y)\b[^,:]*[,:] *"
)


@dataclass(frozen=True)
class Clasificada:
    """Una frase y lo que la sostiene.

    Attributes:
        frase: la frase.
        tipo: el de su unidad.
        clase: qué la sostiene; ninguna, si nada.
        cubierta: si la cubre alguna marca; lo que manda sin marca no lo está.
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
                frase,
                unidad.tipo,
                clase_de(unidad, frase, siguiente),
                siguiente is not None or unidad.seccion == ENUNCIADO,
            )
        )
    return clasificadas[::-1]


def clase_de(unidad: Unidad, frase: Frase, marca: Marca | None) -> Clase | None:
    """Qué sostiene una frase: su valor, su marca o que no afirme nada."""
    if any(m.clase is Clase.VALOR for m in frase.marcas):
        return Clase.VALOR
    if marca in frase.marcas:
        return marca.clase
    if unidad.seccion == ENUNCIADO:
        return Clase.CONSEJO  # lo que se pide; si se cumple, lo mira el calificador
    if unidad.tipo is not Tipo.FILA and no_afirma(frase.texto):
        return Clase.CONSEJO
    return marca.clase if marca else None


def no_afirma(texto: str) -> bool:
    """Si una frase pregunta, manda o anuncia lo que sigue, y no da además un porqué."""
    limpio = texto.strip(" .:,;—|")
    if not re.search(r"[^\W\d]{2}", limpio) and CODIGO not in limpio:
        return True
    if len(texto.split()) <= 3 and not texto.rstrip().endswith((".", ";")):
        return True  # un rótulo: no llega a decir nada
    if HILO.match(limpio) or ("¿" in limpio and limpio.endswith(("?", "?»"))):
        return True
    manda, _, porque = PORQUE.sub(": ", limpio).partition(": ")
    return es_mandato(manda) and (not re.search(r"\w{2}", porque) or es_mandato(porque))


def es_mandato(texto: str) -> bool:
    """Si un texto es una instrucción, quizá tras decir cuándo o dónde."""
    sin_preambulo = CON_PREAMBULO.sub("", texto, count=1)
    return any(
        NEGADO.match(t) or MANDATO.match(sin_tildes(t)) for t in (texto, sin_preambulo)
    )
