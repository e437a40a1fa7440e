"""Lo que las guías de bases de datos y de S3 afirman y su salida no demuestra."""

from uuid import uuid4

from consultas import cambiar
from prefect.client.orchestration import SyncPrefectClient

from verificador.terminal import Terminal

BASES = "guias/bases-de-datos"
NUBE = "guias/almacenamiento-en-la-nube"


def test_la_api_tapa_la_contrasena_dada_por_partes_y_no_la_de_una_url(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{BASES}/clave_a_la_vista.py")
    marca = uuid4().hex[:8]
    texto = programa.read_text("utf-8")
    for variable in ("con_url", "por_partes"):
        nombre = f"{variable.replace('_', '-')}-{marca}"
        texto += f'    {variable}.save("{nombre}")\n'
    programa.write_text(texto, "utf-8")
    assert terminal.ejecutar("python clave_a_la_vista.py").codigo == 0

    def guardado(nombre: str) -> str:
        return str(
            cliente.read_block_document_by_name(
                f"{nombre}-{marca}", "sqlalchemy-connector", include_secrets=False
            ).data
        )

    assert "secreta" in guardado("con-url")
    assert "secreta" not in guardado("por-partes")
    assert "***" in guardado("por-partes")


def test_postgresql_deshace_una_escritura_a_medias_y_no_deja_rastro(
    terminal: Terminal,
) -> None:
    for nombre in ("postgres_local", "guardar_conexion", "consultar_ventas"):
        terminal.guardar(f"{BASES}/{nombre}.py")
    cargar = terminal.guardar(f"{BASES}/cargar_ventas.py")
    terminal.servir("python postgres_local.py", "PostgreSQL listo")
    for orden in ("guardar_conexion", "cargar_ventas", "cargar_ventas"):
        assert terminal.ejecutar(f"python {orden}.py").codigo == 0
    antes = tabla(terminal.ejecutar("python consultar_ventas.py").salida)

    escritura = (
        '        ventas.to_sql("ventas", conexion, if_exists="replace", index=False)\n'
    )
    cambiar(
        cargar,
        escritura,
        escritura.replace("ventas.to_sql", "ventas.head(1).to_sql")
        + '        raise RuntimeError("se va la luz")\n',
    )
    assert terminal.ejecutar("python cargar_ventas.py").codigo != 0
    assert tabla(terminal.ejecutar("python consultar_ventas.py").salida) == antes
    assert len(antes) == 6

    terminal.cerrar()
    salida = terminal.raiz / "data" / "output"
    assert not (salida / "postgres").exists()
    assert not (salida / "postgres.url").exists()


def tabla(salida: str) -> list[str]:
    """Las líneas de la tabla impresa: las que no empiezan por la hora."""
    return [li for li in salida.splitlines() if " | " not in li]


def test_s3_un_objeto_que_no_existe_y_un_servidor_parado(terminal: Terminal) -> None:
    terminal.guardar(f"{NUBE}/servidor_s3.py")
    leer = terminal.guardar(f"{NUBE}/leer_de_s3.py")
    terminal.servir("python servidor_s3.py", "S3 de prácticas listo")
    cambiar(leer, "data/raw/ventas.csv", "data/raw/compras.csv")
    intento = terminal.ejecutar("python leer_de_s3.py")
    assert intento.codigo != 0
    assert "Not Found" in intento.salida

    terminal.cerrar()
    intento = terminal.ejecutar("AWS_MAX_ATTEMPTS=1 python leer_de_s3.py")
    assert intento.codigo != 0
    assert "EndpointConnectionError" in intento.salida
