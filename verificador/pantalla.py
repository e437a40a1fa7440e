"""Lo que queda escrito en una pantalla tras lo que un programa le ha mandado.

Un programa atado a una terminal no solo escribe texto: colorea, borra y reescribe líneas.
Aquí se hace lo que haría la terminal con esas órdenes, y queda el texto que se lee.
"""

import re

FILAS, COLUMNAS = 24, 80  # las de siempre; Prefect ajusta a ellas sus tablas y marcos
# Secuencias de control: colores y demás (CSI), títulos o enlaces (OSC) y las de dos letras.
CONTROL = re.compile(
    r"\x1b(?:\[([0-?]*)[ -/]*([@-~])|\].*?(?:\x07|\x1b\\)|[@-Z\\^_=>78])"
)
PARTES = re.compile(
    rf"(?P<control>{CONTROL.pattern})|(?P<signo>[\r\n\b])|[^\x1b\r\n\b]+"
)


class Pantalla:
    """Una pantalla sin fin: lo que sube por arriba no se pierde."""

    def __init__(self) -> None:
        self.lineas = [""]
        self.fila = self.columna = 0

    def escribir(self, texto: str) -> None:
        for parte in PARTES.finditer(texto):
            if parte["control"]:
                self._obedecer(*CONTROL.fullmatch(parte["control"]).groups())
            elif parte["signo"]:
                self._mover(parte["signo"])
            else:
                self._poner(parte[0])

    def _poner(self, texto: str) -> None:
        linea = self.lineas[self.fila].ljust(self.columna)
        fin = self.columna + len(texto)
        self.lineas[self.fila] = linea[: self.columna] + texto + linea[fin:]
        self.columna = fin

    def _mover(self, signo: str) -> None:
        if signo == "\n":
            self.fila += 1
            if self.fila == len(self.lineas):
                self.lineas.append("")
        self.columna = max(0, self.columna - 1) if signo == "\b" else 0

    def _obedecer(self, numero: str | None, letra: str | None) -> None:
        """Subir (A), bajar (B), ir a una columna (G) o borrar (K, J); lo demás no escribe."""
        cuanto = int(numero) if numero and numero.isdigit() else 0
        if letra == "A":
            self.fila = max(0, self.fila - max(1, cuanto))
        elif letra == "B":
            self.fila = min(len(self.lineas) - 1, self.fila + max(1, cuanto))
        elif letra == "G":
            self.columna = max(1, cuanto) - 1
        elif letra == "K":
            guardado = "" if cuanto == 2 else self.lineas[self.fila][: self.columna]
            self.lineas[self.fila] = guardado
        elif letra == "J":
            self.lineas[self.fila] = self.lineas[self.fila][: self.columna]
            del self.lineas[self.fila + 1 :]


def texto_visible(escrito: str) -> str:
    """El texto que queda en la pantalla, sin colores, tal como se copiaría de ella."""
    pantalla = Pantalla()
    pantalla.escribir(escrito)
    return "\n".join(linea.rstrip() for linea in pantalla.lineas)
