"""El calificador: ejecuta los ejercicios del estudiante y dice qué falta, en español."""
