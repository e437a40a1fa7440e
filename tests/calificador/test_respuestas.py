"""El calificador acierta: los comienzos no bastan, las soluciones sí y cada error se distingue."""

import ast
import re
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from entregas_de_prueba import (
    EJERCICIOS,
    RESPUESTAS,
    entregar,
    por_nombre,
    respuestas,
)

from calificador.comprobaciones import comun, e04_ui, e14_horarios, relojes
from calificador.comprobaciones.e09_deployment import MEXICO
from calificador.correccion import corregir
from calificador.ejercicios import Ejercicio, buscar
from calificador.servicio import Servicio
from calificador.veredicto import Correccion
from motor.rutas import DOCS, RAIZ, SNIPPETS

CITA = re.compile(
    r"(?:tutorial|guias|produccion|conceptos|referencia|ejercicios)/[\w-]+(?:#[\w-]+)?"
)


# Lo que se dice de las respuestas que incumplen un mismo punto por causas distintas.
DICHOS = {
    "02-parametros/no_los_usa.texto": "Devuelve solo la cuenta",
    "03-pipeline-etl/columnas": "En su lugar está total",
    "03-pipeline-etl/columnas.en_el_indice": "reset_index()",
    "03-pipeline-etl/sin_guardar.en_data": "le falta una carpeta",
    "06-reintentos/condicion.sin_return": "Le falta el return",
    "07-cache/no_reutiliza.solo_la_lectura": "Cada @task lleva su propia",
    "02-parametros/no_los_usa": "en vez de un valor escrito a mano",
    "02-parametros/no_los_usa.estricto": "compara con >=, y no con >",
    "02-parametros/no_los_usa.sin_return": "Tu flow no devuelve nada",
    "02-parametros/no_los_usa.sin_limpiar": "Has contado las repetidas o las incompletas",
    "05-dependencias/sin_dependencia": "Ninguna task recibe",
    "05-dependencias/sin_dependencia.sin_task": "unir no es una task",
    "05-dependencias/sin_ciudad": "No veo ninguna ciudad",
    "05-dependencias/sin_ciudad.la_peor": "hay otra con más margen",
    "06-reintentos/condicion.pocos_reintentos": "se rinde antes",
    "06-reintentos/condicion.al_reves": "tu retry_condition_fn dice que no",
    "06-reintentos/sin_esperar.try": "atiende ella misma el error",
    "06-reintentos/sin_esperar.por_orden": "El flow ha terminado antes",
    "07-cache/no_reutiliza.caduca_enseguida": "dale a cada task una cache_policy",
    "07-cache/no_reutiliza.una_sola": "Se ha calculado otra vez: unidades de Puebla",
    "09-deployment/sin_zona": "sus 08:00 son las 02:00 en Ciudad de México",
    "09-deployment/sin_zona.al_reves": "sus 02:00 son las 20:00 en Ciudad de México",
    "12-probar-flows/no_prueban_nada": "Compara con assert",
    "12-probar-flows/no_prueban_nada.copia": "No usan resumen_ventas.py",
    "12-probar-flows/no_prueban_nada.copia_lo_importado": "No usan resumen_ventas.py",
    "12-probar-flows/no_prueban_nada.calla": "Compara con assert",
    "12-probar-flows/sin_precio.sin_nada": "una fila sin precio, con None, pero con cantidad",
    "12-probar-flows/sin_cantidad.sin_nada": "una fila sin cantidad, con None, pero con precio",
    "10-blocks/fuera_del_flow": "Llama a Secret.load dentro del flow",
    "10-blocks/fuera_del_flow.guarda_dentro": "No leas CLAVE_DE_FIRMA dentro del flow",
    "10-blocks/fuera_del_flow.con_get": "No leas CLAVE_DE_FIRMA dentro del flow",
    "10-blocks/fuera_del_flow.al_importar": "ni al importar el archivo",
    "13-codigo-en-git/copia_vieja": "produccion y pruebas ejecutan lo de antes",
    "13-codigo-en-git/otra_rama": "pruebas no mide lo que hay en su rama, pruebas",
    "13-codigo-en-git/otra_rama.al_reves": "no miden lo que hay en sus ramas, main y pruebas",
    "13-codigo-en-git/otro_pool": "No lo son produccion ni pruebas",
    "13-codigo-en-git/sin_deployments": "falta pruebas.",
    "13-codigo-en-git/sin_deployments.con_tilde": "que no es lo mismo que «producción»",
    "13-codigo-en-git/con_una_ruta": "GitRepository(str(ruta)",
    "13-codigo-en-git/funcion_mal_escrita": "en ranking.py la que es un flow se llama",
    "13-codigo-en-git/pool_de_otra_pagina": "El work pool de este ejercicio es ranking",
    "13-codigo-en-git/rama_mal_escrita": "Tiene main y pruebas, que se escriben así",
    "13-codigo-en-git/sin_from_source": "Di primero de qué repositorio",
    "14-horarios/sin_deployment": "Hay «informe-de-tienda/informe»",
    "14-horarios/sin_deployment.uno_por_tienda": "Es uno solo",
    "14-horarios/uno_solo": "Tiene uno",
    "14-horarios/uno_solo.dos_veces": "no llevan slug",
    "14-horarios/uno_solo.ninguno": "No tiene ninguno",
    "14-horarios/en_pausa": "Está en pausa madrid",
    "14-horarios/en_pausa.el_deployment": "Está en pausa el deployment",
    "14-horarios/otra_tienda": "madrid lleva {'tienda': 'Guadalajara'}",
    "14-horarios/otra_tienda.en_el_deployment": "Van en cada horario",
    "14-horarios/otra_tienda.otro_nombre": "mexico lleva {'tiendas': 'Puebla'}",
    "14-horarios/zona": "en Ciudad de México sale a las 01:00",
    "14-horarios/zona.cruzadas": "El de Puebla va con el reloj de Europe/Madrid",
    "14-horarios/zona.intervalo": "en Madrid sale a las 08:00 y a las 09:00",
    "14-horarios/zona.solo_una": "en Madrid sale a las 09:00 y a las 10:00",
    "14-horarios/zona.utc_de_invierno": "en Madrid sale a las 08:00 y a las 09:00",
    "14-horarios/otra_hora": "sale a las 00:07. En un cron, el primer campo es el minuto",
    "14-horarios/otra_hora.cada_doce_horas": "que pase un día entre una vez y otra",
    "14-horarios/otra_hora.cada_minuto": "sale también a las 07:01",
    "14-horarios/otra_hora.dos_al_dia": "sale también a las 20:00. En un cron, un * o una coma",
    "14-horarios/otra_hora.intervalo": "se cuenta desde su anchor_date",
    "14-horarios/otra_hora.rrule": "BYHOUR",
    "14-horarios/otros_dias": "con * son todos",
    "14-horarios/otros_dias.cada_dos": "entre una vez y otra debe pasar un día",
    "14-horarios/otros_dias.con_fin": "una fecha de fin",
    "14-horarios/otros_dias.repetido": "quita un horario suyo",
    "14-horarios/sin_limite": "No tiene límite",
    "14-horarios/sin_limite.de_dos": "Su límite es 2",
    "14-horarios/no_se_ejecuta": "donde dices en from_source",
    "16-reanudar/pide_otra_vez": "la segunda ha hecho 3 peticiones",
    "16-reanudar/se_calla": "el flow ha terminado en Completed",
    "16-reanudar/se_calla.abre_el_buzon": "La abre la central",
    "16-reanudar/otro_informe.una_sola_clave": "Para 2025-02 dice",
    "16-reanudar/de_mas": "has pedido 2025-01, 2025-02, 2025-03",
    "19-repartir/un_proceso": "no acaba antes con hilos",
    "19-repartir/un_proceso.sin_la_cuenta": "Nadie ha llamado a puntos_de",
    "19-repartir/otro_total.sin_juntar": "no tiene una fila por tienda",
    "19-repartir/una_por_fila": "Cada uno cuesta más",
    "15-avisos/sin_aviso": "Escribe una función que reciba",
    "15-avisos/sin_aviso.hook_roto": "has no attribute 'nombre'",
    "15-avisos/sin_aviso.sin_carpeta": "GUARDIA.parent.mkdir",
    "15-avisos/sin_aviso.por_otra_cosa": "El flow no falla por la tienda",
    "15-avisos/sin_flow.entero": "…». No está el nombre del flow",
    "15-avisos/sin_motivo": "El error nombraba la tienda",
    "15-avisos/sin_motivo.por_otra_cosa": "GUARDIA.parent.mkdir",
    "15-avisos/tapa_el_fallo": "Deja el raise del flow como estaba",
    "15-avisos/tapa_el_fallo.con_try": "Quita el try del flow",
    "15-avisos/otra_linea": "hay 1 línea. Falta el salto de línea",
    "15-avisos/otra_linea.dos_por_aviso": "hay 4 líneas. Pon los tres datos en una",
    "15-avisos/hook_llamado": "on_failure=[avisar], sin paréntesis",
    "15-avisos/hook_sin_lista": "on_failure=[avisar], con corchetes",
    "15-avisos/sin_interrupcion": "también en on_crashed",
    "15-avisos/sin_interrupcion.atendida": "ha terminado en Completed",
}


@pytest.fixture
def alumno(tmp_path: Path) -> Path:
    """La carpeta de un estudiante que ha resuelto todos los demás ejercicios."""
    for ejercicio in EJERCICIOS:
        entregar(tmp_path, ejercicio, ejercicio.comienzo.parent)
        entregar(tmp_path, ejercicio, ejercicio.solucion)
    return tmp_path


def explicacion(correccion: Correccion) -> str:
    """Lo que se dice de lo que falta, tras comprobar que la página que cita existe."""
    falta = correccion.tropiezo or correccion.puntos[-1]
    if falta.pagina:
        exigir_pagina(falta.pagina)
    if correccion.tropiezo:
        return f"{correccion.tropiezo.que} {correccion.tropiezo.consejo}"
    return correccion.puntos[-1].falta


def exigir_pagina(citada: str) -> None:
    """Comprueba que existe la página y, si se dice, su sección."""
    pagina, _, ancla = citada.partition("#")
    texto = (DOCS / f"{pagina}.md").read_text("utf-8")
    assert not ancla or f"{{ #{ancla} }}" in texto, citada


@por_nombre
def test_el_comienzo_no_basta_y_se_dice_con_amabilidad(
    ejercicio: Ejercicio, alumno: Path, servicio: Servicio
) -> None:
    entregar(alumno, ejercicio, ejercicio.comienzo)
    correccion = corregir(ejercicio, alumno, servicio)
    assert not correccion.aprobado
    assert len(explicacion(correccion)) > 20
    assert not (correccion.tropiezo and "error" in correccion.tropiezo.que)


@por_nombre
def test_la_solucion_de_la_pagina_aprueba(
    ejercicio: Ejercicio, alumno: Path, servicio: Servicio
) -> None:
    correccion = corregir(ejercicio, alumno, servicio)
    assert correccion.aprobado, explicacion(correccion)


@pytest.mark.respuestas
@pytest.mark.parametrize(("ejercicio", "respuesta"), respuestas("bien"))
def test_otras_respuestas_correctas_aprueban(
    ejercicio: Ejercicio, respuesta: Path, alumno: Path, servicio: Servicio
) -> None:
    entregar(alumno, ejercicio, respuesta)
    correccion = corregir(ejercicio, alumno, servicio)
    assert correccion.aprobado, explicacion(correccion)
    assert bool(correccion.avisos) == respuesta.name.startswith("con_aviso")


@pytest.mark.respuestas
@pytest.mark.parametrize(("ejercicio", "respuesta"), respuestas("mal"))
def test_cada_error_recibe_su_explicacion(
    ejercicio: Ejercicio, respuesta: Path, alumno: Path, servicio: Servicio
) -> None:
    """El nombre de la respuesta, hasta el primer punto, es la clave del punto que incumple."""
    entregar(alumno, ejercicio, respuesta)
    correccion = corregir(ejercicio, alumno, servicio)
    assert not correccion.tropiezo, explicacion(correccion)
    assert correccion.puntos[-1].clave == respuesta.name.partition(".")[0]
    assert not correccion.aprobado
    assert len(explicacion(correccion)) > 20
    dicho = DICHOS.get(f"{ejercicio.nombre}/{respuesta.stem}", "")
    assert dicho in explicacion(correccion)


@pytest.mark.respuestas
@pytest.mark.parametrize(("ejercicio", "respuesta"), respuestas("tropiezo"))
def test_cada_tropiezo_recibe_su_explicacion(
    ejercicio: Ejercicio, respuesta: Path, alumno: Path, servicio: Servicio
) -> None:
    """Lo que no llega a comprobarse: el programa termina con un error, o no termina."""
    entregar(alumno, ejercicio, respuesta)
    correccion = corregir(ejercicio, alumno, servicio)
    assert correccion.tropiezo
    assert not correccion.tropiezo.pagina.startswith("guias/pedir-ayuda")
    assert DICHOS[f"{ejercicio.nombre}/{respuesta.stem}"] in explicacion(correccion)


def test_ciudad_de_mexico_no_cambia_de_hora_desde_2022() -> None:
    """Lo que se dice a quien da al diario las 14:00 de UTC en vez de su zona."""
    veranos = [datetime(ano, 7, 1, 8, tzinfo=MEXICO) for ano in range(2021, 2040)]
    horas_en_utc = [verano.astimezone(UTC).hour for verano in veranos]
    assert horas_en_utc == [13, 13] + [14] * 17


@pytest.mark.parametrize(
    "hoy", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2027-02-28"]
)
def test_el_14_mira_siempre_los_dos_cambios_de_hora_de_madrid(hoy: str) -> None:
    """Se corrija el día que se corrija, un horario que no los sigue se ve."""
    puebla, madrid = e14_horarios.PEDIDOS
    ahora = datetime.fromisoformat(f"{hoy}T23:30+00:00")
    _, *con_cambio = semanas = relojes.semanas(ahora, madrid)
    assert len(con_cambio) == 2
    for desde in con_cambio:
        extremos = (desde, desde + relojes.SEMANA)
        assert len({madrid.alli(extremo).utcoffset() for extremo in extremos}) == 2
    debidas = madrid.instantes(semanas)
    assert {cuando.hour for cuando in debidas} == {6, 7}
    assert len(debidas) == len(set(debidas)) >= 14
    assert {cuando.hour for cuando in puebla.instantes(semanas)} == {13}


def test_lo_que_se_dice_de_una_respuesta_es_de_una_que_existe() -> None:
    fallidas = (
        r for clase in ("mal", "tropiezo") for r in RESPUESTAS.glob(f"*/{clase}/*")
    )
    todas = {f"{r.parts[-3]}/{r.stem}" for r in fallidas}
    assert DICHOS.keys() <= todas


@pytest.mark.parametrize(
    ("salen", "bien"),
    [
        (["resume", "limpia", "recoge"], True),
        (["antigua", "limpia", "recoge"], False),
        (["antigua", "recoge"], True),  # le faltan estados, y se dice después
    ],
)
def test_a_quien_no_pide_orden_se_le_dice_eso(salen: list[str], bien: bool) -> None:
    de = {"antigua": e04_ui.ANTIGUA, "resume": e04_ui.RESUME}
    de |= {"limpia": e04_ui.LIMPIA, "recoge": e04_ui.RECOGE}
    ultimas = [
        e04_ui.Ejecucion(flow, "Completed", 0.1)
        for flow in (e04_ui.RESUME, e04_ui.LIMPIA, e04_ui.RECOGE)
    ]
    punto = e04_ui.sin_pedir_orden("\n".join(de[s] for s in salen), ultimas)
    assert punto.bien is bien
    assert "sort" in punto.falta


@pytest.mark.parametrize(
    ("filtro", "clave"),
    [("YA_EMPEZADAS", "programadas"), ("FALLIDAS", "menos_de_tres")],
)
def test_el_ejercicio_4_no_se_resuelve_copiando_la_pagina(
    filtro: str, clave: str, alumno: Path, servicio: Servicio
) -> None:
    """Ni con el nombre del flow y el límite: falta decir qué tipos de estado valen."""
    ejercicio = buscar("4")
    programa = SNIPPETS / "tutorial/ui-local/ver_ejecuciones.py"
    copiado = programa.read_text("utf-8")
    for antes, despues in (
        ("{run.name}", "{cliente.read_flow(run.flow_id).name}"),
        ("limit=cuantas", "limit=3"),
        ("flow_run_filter=YA_EMPEZADAS", f"flow_run_filter={filtro}"),
    ):
        assert antes in copiado
        copiado = copiado.replace(antes, despues)
    (alumno / ejercicio.archivo).write_text(copiado, "utf-8")
    correccion = corregir(ejercicio, alumno, servicio)
    assert not correccion.tropiezo, explicacion(correccion)
    assert correccion.puntos[-1].clave == clave


def claves(ejercicio: Ejercicio) -> set[str]:
    """Las de los puntos que puede incumplir quien hace un ejercicio, leídas en su módulo."""
    nombre = f"calificador.comprobaciones.e{ejercicio.nombre.replace('-', '_')}"
    modulo = import_module(nombre)
    arbol = ast.parse(Path(modulo.__file__).read_text("utf-8"))
    llamadas = {
        nodo.func.id
        for nodo in ast.walk(arbol)
        if isinstance(nodo, ast.Call) and isinstance(nodo.func, ast.Name)
    }
    comunes = {clave for hace, clave in claves_comunes().items() if hace in llamadas}
    averias = {clave for clave, *_ in getattr(modulo, "AVERIAS", ())}
    return puntos_en(arbol) | comunes | averias


@cache
def claves_comunes() -> dict[str, str]:
    """De cada función de `comun` que hace un punto, la clave de ese punto."""
    funciones = {
        nodo.name: puntos_en(nodo)
        for nodo in ast.parse(Path(comun.__file__).read_text("utf-8")).body
        if isinstance(nodo, ast.FunctionDef)
    }
    return {nombre: clave for nombre, puntos in funciones.items() for clave in puntos}


def puntos_en(arbol: ast.AST) -> set[str]:
    """Las claves escritas en cada `Punto("clave", …)` de un trozo de programa."""
    return {
        nodo.args[0].value
        for nodo in ast.walk(arbol)
        if isinstance(nodo, ast.Call)
        and isinstance(nodo.func, ast.Name)
        and nodo.func.id == "Punto"
        and isinstance(nodo.args[0], ast.Constant)
    }


@por_nombre
def test_cada_punto_tiene_una_respuesta_que_lo_incumple(ejercicio: Ejercicio) -> None:
    propias = (RESPUESTAS / ejercicio.nombre / "mal").iterdir()
    respondidas = {ruta.name.partition(".")[0] for ruta in propias}
    assert claves(ejercicio) == respondidas


def test_cada_pagina_que_cita_el_calificador_existe() -> None:
    citadas = {
        nodo.value
        for archivo in (RAIZ / "calificador").rglob("*.py")
        for nodo in ast.walk(ast.parse(archivo.read_text("utf-8")))
        if isinstance(nodo, ast.Constant)
        and isinstance(nodo.value, str)
        and CITA.fullmatch(nodo.value)
    }
    assert len(citadas) > 40
    for citada in citadas:
        exigir_pagina(citada)


@por_nombre
def test_hay_bastantes_respuestas(ejercicio: Ejercicio) -> None:
    propias = RESPUESTAS / ejercicio.nombre
    assert len(claves(ejercicio)) >= 4
    otras = {ruta.stem for ruta in (propias / "bien").iterdir()}
    assert "variacion" in otras  # la que propone la página
    assert len(otras) >= 3
