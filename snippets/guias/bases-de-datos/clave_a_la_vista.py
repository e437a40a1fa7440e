"""Compara dos maneras de dar la misma contraseña a un block, sin guardarlo."""

from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector

if __name__ == "__main__":
    con_url = SqlAlchemyConnector(
        connection_info="postgresql+psycopg://ana:secreta@127.0.0.1/tienda"
    )
    por_partes = SqlAlchemyConnector(
        connection_info=ConnectionComponents(
            driver="postgresql+psycopg",
            username="ana",
            password="secreta",
            host="127.0.0.1",
            database="tienda",
        )
    )
    print("Con URL:    ", con_url.connection_info)
    print("Por partes: ", por_partes.connection_info.password)
