# lo he mirado en la interfaz
print("margen-por-ciudad: Completed en 1.7 s")
print("ingresos-por-tienda: Completed en 0.2 s")
print("primer-flow: Completed en 0.1 s")
