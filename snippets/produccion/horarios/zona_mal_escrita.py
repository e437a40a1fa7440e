"""Una zona a la que le falta una letra: Monterrey lleva dos erres."""

from informe_producto import informe_de_producto
from prefect.schedules import Cron

if __name__ == "__main__":
    horario = Cron("0 8 * * *", timezone="America/Monterey")
    print(f"Cron acepta {horario.timezone}")
    informe_de_producto.to_deployment(name="monterrey", schedule=horario)
