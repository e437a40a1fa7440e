"""Sirve un flow y lo ejecuta cada diez segundos, hasta que pulses Ctrl+C."""

from pipelines_ventas import pipeline_horario

if __name__ == "__main__":
    pipeline_horario.serve(name="cada-diez-segundos", interval=10, limit=1)
