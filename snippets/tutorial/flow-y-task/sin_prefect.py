from pipeline_con_tasks import leer_precios, sumar

if __name__ == "__main__":
    print(f"Vendido hoy: {sumar.fn(leer_precios.fn())} MXN")
