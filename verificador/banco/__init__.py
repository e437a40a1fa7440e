"""El banco de escala: qué cuesta el mismo informe según quién lo haga y cuántas filas lea.

Ejecuta los programas de la guía como el lector, los mide desde fuera (`arbol`), guarda lo
medido (`resultados`) y de ahí saca lo que publica la página: las tablas y las gráficas.
"""
