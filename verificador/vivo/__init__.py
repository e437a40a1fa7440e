"""La guía servida mientras se escribe: se construye y se ejecuta lo que cada cambio toca.

`cambios` dice qué toca un cambio, `repeticion` repasa las páginas (con el mismo `Repaso` que
las pruebas), `pizarra` guarda cómo está cada bloque, `web` construye y `servidor` sirve.
Nada de esto llega a la web publicada.
"""
