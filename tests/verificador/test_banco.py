"""El banco de escala: mide el árbol entero de procesos, y escribe todo o no escribe nada.

Sus programas son aquí de una línea y sin Prefect: lo que se prueba es quien los mide.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from motor.rutas import RAIZ, SNIPPETS
from verificador.banco import arbol, medicion, publicado
from verificador.banco.arbol import ProgramaRoto
from verificador.banco.medicion import Banco, BancoRoto
from verificador.banco.resultados import Medida, Resultados
from verificador.figuras import grafica
from verificador.ordenes import bench

INFORME = "print('Ciudad de México: 10.50 MXN\\nNorte: 2.25 MXN')\n"
MEGAS = 60
# Se queda con la memoria hasta que el banco la haya visto.
OCUPAR = f"cosas = bytearray(b'x' * {MEGAS * arbol.MEGA})"
ESPERAR = """
import pathlib, time
while not pathlib.Path('vista').exists():
    time.sleep(0.02)
"""
ENTORNO = {"PATH": f"{Path(sys.executable).parent}:{os.defpath}"}
VENTAS_FALSAS = f"""
import pathlib, sys
carpeta = pathlib.Path(__file__).parent.parent / "{medicion.VENTAS}"
carpeta.mkdir(parents=True, exist_ok=True)
(carpeta / "2025-01.parquet").write_bytes(b"x" * 2_000_000)
"""
VACIAS_FALSAS = """
import sys
elementos, por_lote = int(sys.argv[1]), int(sys.argv[3])
print(elementos, "elementos en", elementos // por_lote, "task runs")
"""


@pytest.fixture
def banco(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Banco:
    """Un banco con una terminal que solo sabe guardar programas."""
    monkeypatch.setattr(arbol, "CALMA_S", 0.02)  # aquí no hay servidor al que esperar
    raiz = tmp_path / "proyecto"
    carpeta = raiz / "programas"
    carpeta.mkdir(parents=True)

    def guardar(programa: str) -> Path:
        copia = carpeta / Path(programa).name
        copia.write_bytes((SNIPPETS / programa).read_bytes())
        return copia

    terminal = SimpleNamespace(
        raiz=raiz, carpeta=carpeta, entorno=ENTORNO, guardar=guardar
    )
    generador = tmp_path / "generar.py"
    generador.write_text(VENTAS_FALSAS)
    vacias = tmp_path / "vacias.py"
    vacias.write_text(VACIAS_FALSAS)
    monkeypatch.setattr(medicion, "GENERADOR", str(generador))
    monkeypatch.setattr(medicion, "VACIAS", str(vacias))
    return Banco(terminal, lambda _: None, veces=2)


def programa(carpeta: Path, nombre: str, codigo: str) -> dict[str, str]:
    ruta = carpeta / f"{nombre}.py"
    ruta.write_text(codigo)
    return {nombre: str(ruta)}


def python(codigo: str, carpeta: Path) -> arbol.Costo:
    return arbol.medir(["python", "-c", codigo], carpeta, ENTORNO)


def test_la_memoria_es_la_de_todos_los_procesos_del_programa(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """También la del que lanza otro que lanza otro."""
    mirar = arbol.Vigia.mirar

    def mirar_y_decirlo(vigia: arbol.Vigia) -> None:
        mirar(vigia)
        if vigia.procesos == 3 and vigia.maximo > 2 * MEGAS * arbol.MEGA:
            (tmp_path / "vista").touch()

    monkeypatch.setattr(arbol.Vigia, "mirar", mirar_y_decirlo)
    nieto = f"{OCUPAR}{ESPERAR}"
    hijo = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {nieto!r}])"
    medido = python(
        f"import subprocess, sys\n{OCUPAR}\n"
        f"subprocess.run([sys.executable, '-c', {hijo!r}])",
        tmp_path,
    )
    assert medido.memoria_mb > 2 * MEGAS
    assert medido.procesos == 3


def test_la_cpu_es_la_de_todos_los_procesos_del_programa(tmp_path: Path) -> None:
    gastar = "import time\nwhile time.process_time() < 0.3: pass"
    hijo = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {gastar!r}])"
    assert python(hijo, tmp_path).cpu_s > 0.3


def test_se_espera_a_que_lo_demas_deje_de_trabajar(tmp_path: Path) -> None:
    """Sin eso, un programa paga lo que el servidor aún hace con el anterior."""
    ocupado = "while True: pass"
    with subprocess.Popen([sys.executable, "-c", ocupado]) as proceso:
        assert not arbol.esperar_calma(limite_s=2)
        proceso.kill()
    assert arbol.esperar_calma(limite_s=30)


def test_si_el_servidor_no_acaba_el_banco_se_detiene(
    banco: Banco, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(medicion, "LIMITE_DE_CALMA_S", 1)
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as proceso:
        with pytest.raises(BancoRoto, match="sigue ocupado"):
            banco.ejecutar(medicion.VACIAS, "1", "--por-lote", "1")
        proceso.kill()


def test_un_programa_que_falla_lo_dice(tmp_path: Path) -> None:
    with pytest.raises(ProgramaRoto, match="ZeroDivisionError"):
        python("1 / 0", tmp_path)


def test_lo_corto_se_repite_y_se_da_la_mediana(banco: Banco, tmp_path: Path) -> None:
    motores = programa(tmp_path, "uno", INFORME)
    medido = banco.medir([2400], motores, [(5, 5, "map")])
    assert [(m.filas, len(m.veces)) for m in medido.medidas] == [
        (medicion.ARRANQUE, 2),
        (2400, 2),
    ]
    for medida in medido.medidas:
        assert medida.segundos == pytest.approx(sum(medida.veces) / 2, rel=0.01)


def test_lo_largo_no_se_repite_salvo_el_arranque(banco: Banco, tmp_path: Path) -> None:
    banco.hasta_s = 0.001
    medido = banco.medir([2400], programa(tmp_path, "uno", INFORME), [])
    assert [len(m.veces) for m in medido.medidas] == [2, 1]


def test_si_dos_motores_no_dicen_lo_mismo_el_banco_se_detiene(
    banco: Banco, tmp_path: Path
) -> None:
    iguales = programa(tmp_path, "uno", INFORME) | programa(tmp_path, "dos", INFORME)
    assert banco.medir([2400], iguales, []).motores == ["uno", "dos"]
    otro = programa(tmp_path, "tres", INFORME.replace("2.25", "2.35"))
    with pytest.raises(BancoRoto, match="«tres»"):
        banco.medir([2400], iguales | otro, [])
    with pytest.raises(BancoRoto, match="«mudo» no da ningún informe"):
        banco.medir([2400], programa(tmp_path, "mudo", "pass"), [])


def test_si_no_caben_los_datos_no_se_empieza(banco: Banco) -> None:
    with pytest.raises(BancoRoto, match="FILAS="):
        banco.medir([10**15], {}, [])


def test_lo_que_ocupan_los_datos_se_apunta(banco: Banco, tmp_path: Path) -> None:
    medido = banco.medir([2400], programa(tmp_path, "uno", INFORME), [])
    assert medido.disco_mb == {medicion.ARRANQUE: 2, 2400: 2}


def test_el_archivo_se_vuelve_a_leer_igual(tmp_path: Path) -> None:
    medido = Resultados.leer(publicado.CARPETA / publicado.ARCHIVO)
    copia = tmp_path / "copia.json"
    copia.write_text(medido.publicar(), "utf-8")
    assert Resultados.leer(copia) == medido
    assert json.loads(copia.read_text("utf-8"))["resumen"] == medido.resumen()


def test_si_algo_falla_al_publicar_todo_queda_como_estaba(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ni los archivos que estaban, ni los que no, ni la página."""
    vieja, nueva, pagina = (tmp_path / n for n in ("vieja.md", "nueva.md", "pagina.md"))
    vieja.write_text("antes\n")
    pagina.write_text("# Página\n")

    def fallar() -> None:
        assert vieja.read_text() == "después\n"
        raise KeyboardInterrupt

    monkeypatch.setattr(publicado.libro, "escribir_generadas", fallar)
    with pytest.raises(KeyboardInterrupt):
        publicado.publicar({vieja: b"despu\xc3\xa9s\n", nueva: b"x\n"}, pagina)
    assert vieja.read_text() == "antes\n"
    assert not nueva.exists()
    assert pagina.read_text() == "# Página\n"


def test_publicar_pone_al_dia_los_numeros_de_la_pagina(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archivo, pagina = publicado.CARPETA / "resultados.json", tmp_path / "pagina.md"
    medido = Resultados.leer(archivo)
    pagina.write_text('Son [3][escala/medir/resultados.json: "filas como mucho": #].\n')
    monkeypatch.setattr(publicado.libro, "escribir_generadas", lambda: None)
    publicado.publicar({archivo: archivo.read_bytes()}, pagina)
    assert f"Son [{medido.tamanos[-1]}][" in pagina.read_text()


def test_lo_publicado_sale_de_lo_medido() -> None:
    """Las tablas; las gráficas las compara la página al ejecutarse."""
    medido = Resultados.leer(publicado.CARPETA / publicado.ARCHIVO)
    for nombre, hacer in publicado.TABLAS.items():
        assert (publicado.CARPETA / nombre).read_text("utf-8") == hacer(medido)
    assert (publicado.CARPETA / publicado.ARCHIVO).read_text("utf-8") == (
        medido.publicar()
    )


@pytest.mark.parametrize("nombre", publicado.GRAFICAS)
def test_una_grafica_que_no_dice_lo_medido_se_nota(nombre: str) -> None:
    figura = publicado.CARPETA / f"{nombre}.grafica.svg"
    marcas = publicado.de_figura(figura)
    svg = figura.read_text("utf-8")
    assert not grafica.diferencia(svg, marcas)
    assert grafica.diferencia(svg, marcas[1:])
    assert grafica.leer(svg) and len(grafica.leer(svg)) == len(marcas)


@pytest.mark.figuras
@pytest.mark.parametrize("nombre", publicado.GRAFICAS)
def test_nadie_ha_retocado_una_grafica(nombre: str) -> None:
    figura = publicado.CARPETA / f"{nombre}.grafica.svg"
    assert grafica.dibujar(publicado.de_figura(figura)) == figura.read_text("utf-8")


def test_una_medida_dice_sus_filas_por_segundo() -> None:
    medida = Medida(
        motor="uno",
        filas=100,
        segundos=4,
        veces=[3, 5],
        cpu_s=1,
        memoria_mb=1,
        procesos=1,
    )
    assert medida.filas_por_segundo == 25
    assert round(medida.variacion) == 67


@pytest.fixture
def lanzar(
    banco: Banco, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[str]]:
    """Lanza la orden entera con dos motores de mentira; devuelve lo que publicaría."""
    motores = programa(tmp_path, "uno", INFORME) | programa(tmp_path, "dos", INFORME)
    cruce = programa(tmp_path, "cruce", "print(open('resultados.json').read()[:1])")
    publicado_ya: list[str] = []
    monkeypatch.setattr(bench, "MOTORES", motores)
    monkeypatch.setattr(bench, "CRUCE", cruce["cruce"])
    monkeypatch.setattr(bench, "banco", lambda: nullcontext(banco))
    monkeypatch.setattr(bench.grafica, "lapiz", lambda: None)
    monkeypatch.setattr(bench.publicado, "generados", lambda _, cruce: cruce)
    monkeypatch.setattr(bench.publicado, "publicar", publicado_ya.append)

    def orden(*pedido: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["bench", "--filas", "2400", *pedido])
        bench.main()
        return publicado_ya

    return orden


def test_con_todos_los_motores_se_publica_una_vez(lanzar: Callable) -> None:
    assert lanzar() == ["{\n"]


@pytest.mark.parametrize("pedido", [("--motores", "uno"), ("--solo-medir",)])
def test_con_menos_motores_o_solo_medir_no_se_publica(
    lanzar: Callable, capsys: pytest.CaptureFixture, pedido: tuple[str, ...]
) -> None:
    assert lanzar(*pedido) == []
    assert '"motor": "uno"' in capsys.readouterr().out


def test_si_un_programa_falla_a_medias_no_se_publica(
    lanzar: Callable, tmp_path: Path
) -> None:
    programa(tmp_path, "dos", "1 / 0")
    with pytest.raises(SystemExit, match="No se ha cambiado nada"):
        lanzar()


def test_make_bench_es_el_banco_de_escala() -> None:
    """Con lo que se le pide en el README."""
    dicho = subprocess.run(
        ["make", "--dry-run", "bench", "FILAS=12 24", "MOTORES=directo", "SOLO=1"],
        cwd=RAIZ,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pedido = "verificador.ordenes.bench --filas 12 24 --motores directo --solo-medir"
    assert pedido in " ".join(dicho.replace("\\", "").split())


def test_el_banco_por_omision_cabe_en_un_giga() -> None:
    assert max(medicion.FILAS) * medicion.BYTES_POR_FILA < 1000 * arbol.MEGA
