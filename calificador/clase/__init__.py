"""Una clase entera: se corrige a cada estudiante sin que ninguno estorbe a los demás."""
