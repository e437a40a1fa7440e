"""Quién puede leer lo que se guarda en el servidor: docs/produccion/secretos.md."""

import asyncio
import json

import httpx
import pytest
from consultas import LIMITE_S, cambiar
from prefect.client.orchestration import PrefectClient, SyncPrefectClient
from prefect.client.schemas.objects import Deployment
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessJobConfiguration

from motor.ejecuciones import identificadores
from motor.espera import esperar
from verificador.terminal import Terminal

PAGINA = "produccion/secretos"
POR_SU_NOMBRE = "{{ prefect.blocks.buzon.central.clave }}"
RENOVAR = "python recepcion.py\npython guardar_buzon.py"
POOL = "prefect work-pool create locales --type process --overwrite\n"
YAML = f"""
deployments:
  - name: de-yaml
    entrypoint: entregar_informe.py:entregar_informe
    work_pool:
      name: locales
      job_variables:
        env:
          CLAVE: "{POR_SU_NOMBRE}"
"""


@pytest.fixture
def con_buzon(terminal: Terminal) -> Terminal:
    """Los programas de la página, y la clave de la central ya guardada en su block."""
    for nombre in (
        "recepcion",
        "buzon",
        "guardar_buzon",
        "entregar_informe",
        "a_la_vista",
        "desplegar_con_clave",
        "buscar_secreto",
    ):
        terminal.guardar(f"{PAGINA}/{nombre}.py")
    ejecutar(terminal, RENOVAR)
    return terminal


def ejecutar(terminal: Terminal, orden: str) -> str:
    """Lo que imprime una orden que termina bien."""
    ejecucion = terminal.ejecutar(orden)
    assert ejecucion.codigo == 0, ejecucion.salida
    return ejecucion.salida


def clave(terminal: Terminal) -> str:
    """La que la central admite ahora."""
    return (terminal.raiz / "data" / "output" / "central.clave").read_text("utf-8")


def entorno(deployment: Deployment) -> dict[str, str]:
    """Las variables de entorno que un deployment guarda para su proceso."""
    return deployment.job_variables["env"]


async def preparada(api: str, deployment: Deployment) -> ProcessJobConfiguration:
    """Lo que un worker de procesos haría con un deployment, sin llegar a ejecutarlo."""
    async with PrefectClient(api) as cliente:
        pool = await cliente.read_work_pool("locales")
        return await ProcessJobConfiguration.from_template_and_values(
            pool.base_job_template, deployment.job_variables, client=cliente
        )


def test_save_registra_el_tipo_de_block(
    con_buzon: Terminal, cliente: SyncPrefectClient
) -> None:
    tipo = cliente.read_block_type_by_slug("buzon")
    (esquema,) = [e for e in cliente.read_block_schemas() if e.block_type_id == tipo.id]
    assert tipo.name == "Buzon"
    assert set(esquema.fields["properties"]) == {"remitente", "clave"}
    assert esquema.fields["secret_fields"] == ["clave"]


@pytest.mark.parametrize("valor", ["abre-la-central", 7, ["Puebla", "Mérida"]])
def test_una_variable_guarda_json_y_va_en_claro(
    terminal: Terminal, valor: str | int | list[str]
) -> None:
    guardado = json.dumps(valor)
    ejecutar(terminal, f"prefect variable set clave_secreta '{guardado}' --overwrite")

    respuesta = httpx.post(f"{terminal.api}/variables/filter", json={}).json()

    assert {v["name"]: v["value"] for v in respuesta}["clave_secreta"] == valor


def test_el_worker_pone_la_clave_que_el_deployment_pide_por_su_nombre(
    con_buzon: Terminal, cliente: SyncPrefectClient
) -> None:
    ejecutar(con_buzon, POOL + "python desplegar_con_clave.py")
    por_su_nombre, copiada = (
        cliente.read_deployment_by_name(f"entregar-informe/{nombre}")
        for nombre in ("por-su-nombre", "copiada")
    )
    assert entorno(por_su_nombre) == {"CLAVE": POR_SU_NOMBRE}
    assert entorno(copiada) == {"CLAVE": clave(con_buzon)}

    primera = asyncio.run(preparada(con_buzon.api, por_su_nombre))
    assert primera.env["CLAVE"] == clave(con_buzon)

    ejecutar(con_buzon, RENOVAR)
    segunda = asyncio.run(preparada(con_buzon.api, por_su_nombre))
    assert segunda.env["CLAVE"] == clave(con_buzon) != primera.env["CLAVE"]


def test_en_prefect_yaml_el_nombre_se_cambia_por_la_clave(
    con_buzon: Terminal, cliente: SyncPrefectClient
) -> None:
    (con_buzon.carpeta / "prefect.yaml").write_text(YAML, "utf-8")

    ejecutar(con_buzon, POOL + "prefect deploy --name de-yaml --no-prompt")

    creado = cliente.read_deployment_by_name("entregar-informe/de-yaml")
    assert entorno(creado) == {"CLAVE": clave(con_buzon)}


def test_borrar_la_ejecucion_no_borra_su_artifact_ni_su_evento(
    con_buzon: Terminal, cliente: SyncPrefectClient
) -> None:
    (run,) = identificadores(ejecutar(con_buzon, "python a_la_vista.py"))

    cliente.delete_flow_run(run)

    with pytest.raises(ObjectNotFound):
        cliente.read_flow_run(run)
    quedan = [a for a in cliente.read_artifacts() if a.flow_run_id == run]
    assert clave(con_buzon) in quedan[0].data

    def sigue_en_un_evento() -> bool:
        pedidos = httpx.post(f"{con_buzon.api}/events/filter", json={"limit": 50})
        return clave(con_buzon) in pedidos.text

    assert esperar(sigue_en_un_evento, LIMITE_S)


def test_la_clave_en_una_variable_queda_a_la_vista(con_buzon: Terminal) -> None:
    programa = con_buzon.carpeta / "guardar_buzon.py"
    cambiar(
        programa,
        "from recepcion",
        "from prefect.variables import Variable\nfrom recepcion",
    )
    final = '\n    Variable.set("clave", CLAVE.read_text(), overwrite=True)\n'
    programa.write_text(programa.read_text("utf-8").rstrip() + final, "utf-8")
    ejecutar(con_buzon, "python guardar_buzon.py")

    visto = ejecutar(con_buzon, "python buscar_secreto.py")

    assert "A la vista: variables.value" in visto
    quitada = ejecutar(con_buzon, "prefect variable unset clave --no-prompt")
    assert "Unset variable 'clave'" in quitada
    assert "variables" not in ejecutar(con_buzon, "python buscar_secreto.py")


def test_devolver_el_block_no_deja_la_clave_a_la_vista(con_buzon: Terminal) -> None:
    programa = con_buzon.carpeta / "entregar_informe.py"
    cambiar(programa, "-> None:", "-> Buzon:")
    lineas = programa.read_text("utf-8").partition("\n\n\nif __name__")
    programa.write_text(lineas[0] + "\n    return buzon" + "".join(lineas[1:]), "utf-8")

    ejecutar(con_buzon, "python entregar_informe.py")

    assert "A la vista" not in ejecutar(con_buzon, "python buscar_secreto.py")
