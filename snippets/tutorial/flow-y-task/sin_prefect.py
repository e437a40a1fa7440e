from pipeline_etl import extraer_datos, transformar_datos

if __name__ == "__main__":
    print(transformar_datos.fn(extraer_datos.fn()))
