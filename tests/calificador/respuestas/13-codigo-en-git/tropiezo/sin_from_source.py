from ranking import ranking_de_productos

for nombre in ("produccion", "pruebas"):
    ranking_de_productos.deploy(
        name=nombre, work_pool_name="ranking", parameters={"tienda": "Monterrey"}
    )
