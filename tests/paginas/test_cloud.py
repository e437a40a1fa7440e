"""Lo que «Prefect Cloud, con honestidad» dice y se puede ejecutar sin Prefect Cloud."""

from consultas import cambiar
from prefect import settings

from verificador.terminal import Terminal

PAGINA = "produccion/cloud"
INVENTADA = "https://api.prefect.cloud/api/accounts/000/workspaces/000"
PERFIL = (
    "prefect profile create nube\n"
    f"prefect -p nube config set PREFECT_API_URL={INVENTADA} PREFECT_API_KEY=pnu_no\n"
)
EN_USO = (
    'python -c "from prefect.settings import PREFECT_API_URL as direccion; '
    'print(direccion.value())"'
)


def test_el_servidor_no_borra_las_ejecuciones_por_su_cuenta() -> None:
    limpieza = settings.get_current_settings().server.services.db_vacuum
    assert limpieza.enabled_vacuum_types == {"events"}


def test_config_view_dice_que_estas_conectado_sin_probarlo(terminal: Terminal) -> None:
    visto = terminal.ejecutar(f"{PERFIL}prefect -p nube config view")
    assert visto.codigo == 0, visto.salida
    assert "you are connected to" in visto.salida
    assert "PREFECT_API_KEY='********'" in visto.salida
    todo = terminal.ejecutar("prefect -p nube config view --show-secrets")
    assert "PREFECT_API_KEY='pnu_no'" in todo.salida


def test_profile_use_cambia_lo_que_usan_los_programas(terminal: Terminal) -> None:
    """La dirección la pone después de pasar al perfil: hacerlo antes iría a la red."""
    creado = terminal.ejecutar(f"prefect profile create nube\n{EN_USO}")
    assert "http://127.0.0.1:4200/api" in creado.salida
    pasado = terminal.ejecutar("prefect profile use nube")
    assert "using profile 'nube'" in pasado.salida
    terminal.ejecutar(f"prefect config set PREFECT_API_URL={INVENTADA}")
    assert INVENTADA in terminal.ejecutar(EN_USO).salida


def test_sin_teclado_cloud_login_pide_la_clave_y_el_workspace(
    terminal: Terminal,
) -> None:
    pedido = terminal.ejecutar("prefect cloud login")
    assert pedido.codigo == 1
    assert "you must supply a `--key` and `--workspace`" in " ".join(
        pedido.salida.split()
    )


def lo_que_llega(terminal: Terminal, antes: str, despues: str) -> str:
    """Lo que la API sabe de `lo_que_sale.py` con un cambio."""
    terminal.guardar(f"{PAGINA}/lo_que_sabe.py")
    cambiar(terminal.guardar(f"{PAGINA}/lo_que_sale.py"), antes, despues)
    terminal.ejecutar("python lo_que_sale.py")
    hecho = terminal.ejecutar("python lo_que_sabe.py")
    assert hecho.codigo == 0, hecho.salida
    return f"\n{hecho.salida}"


def test_imprimir_la_tabla_la_manda_a_la_api(terminal: Terminal) -> None:
    mostrar = '    print(ventas["producto"].head())\n'
    llega = lo_que_llega(
        terminal, "    ventas = leer()\n", f"    ventas = leer()\n{mostrar}"
    )
    assert "\nHa llegado: una celda de la tabla" in llega
    assert "\nNo ha llegado: tu código" in llega


def test_un_error_manda_su_linea_de_codigo_a_la_api(terminal: Terminal) -> None:
    llega = lo_que_llega(terminal, "value_counts()", "value_counts(1 / 0)")
    assert "\nHa llegado: tu código" in llega
    assert "\nNo ha llegado: una celda de la tabla" in llega
