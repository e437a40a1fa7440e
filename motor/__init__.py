"""La sala de máquinas: lo que necesitan igual quien califica y quien verifica la guía."""
