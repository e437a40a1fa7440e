from pipeline_con_tasks import extraer_datos, transformar_datos

if __name__ == "__main__":
    print(transformar_datos.fn(extraer_datos.fn()))
