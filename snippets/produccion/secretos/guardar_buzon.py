"""Guarda en el servidor el buzón, con la clave que la central espera ahora."""

from buzon import Buzon
from recepcion import CLAVE

if __name__ == "__main__":
    nuevo = Buzon(remitente="Ana", clave=CLAVE.read_text())
    nuevo.save("central", overwrite=True)
    print(Buzon.load("central"))
