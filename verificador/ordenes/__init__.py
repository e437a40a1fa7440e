"""Lo que se lanza con make y no es una prueba."""
