"""Las órdenes que prueban otras versiones y que actualizan la guía: o todo, o nada."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from motor.rutas import RAIZ
from verificador import casa
from verificador.escritura import escribir_juntos
from verificador.ordenes import cambios, roturas, versiones
from verificador.ordenes.actualizar import traer
from verificador.ordenes.canario import MINIMAS, NUEVAS
from verificador.ordenes.copia import Copia, CopiaRota, copia_de, exigir_exito
from verificador.ordenes.indice import Indice, Salida
from verificador.ordenes.roturas import Rotura

SIN_GIT_AJENO = {n: v for n, v in os.environ.items() if not n.startswith("GIT_")}
SALIDA = "snippets/tutorial/uno/uno.txt"
LOG = "{}.000 | INFO    | Flow run '{}' - {}\n"


def escribir(raiz: Path, archivos: dict[str, str]) -> None:
    for nombre, texto in archivos.items():
        (raiz / nombre).parent.mkdir(parents=True, exist_ok=True)
        (raiz / nombre).write_text(texto, "utf-8")


def contenido(raiz: Path) -> dict[str, bytes]:
    """Todo lo que hay en una carpeta, salvo lo de git."""
    archivos = (r for r in raiz.rglob("*") if r.is_file() and ".git" not in r.parts)
    return {str(ruta.relative_to(raiz)): ruta.read_bytes() for ruta in archivos}


@pytest.fixture
def proyecto(tmp_path: Path) -> Path:
    """Un proyecto pequeño en git, con algo sin seguir y algo que git no mira."""
    raiz = tmp_path / "proyecto"
    escribir(
        raiz,
        {
            ".gitignore": "ignorado.txt\n",
            "README.md": "# Guía\n",
            "docs/uno.md": "# Uno\n",
            SALIDA: "3 filas\n",
            "requirements.txt": "uno==1.0\n",
        },
    )
    for orden in ("init -q", "add ."):
        subprocess.run(["git", *orden.split()], cwd=raiz, check=True, env=SIN_GIT_AJENO)
    escribir(raiz, {"docs/nueva.md": "# Nueva\n", "ignorado.txt": "secreto\n"})
    return raiz


@pytest.fixture
def copia(proyecto: Path, tmp_path: Path) -> Copia:
    return Copia(tmp_path / "copia", proyecto)


def test_la_copia_lleva_lo_que_es_del_proyecto_y_nada_mas(copia: Copia) -> None:
    de_git = contenido(copia.original)
    assert de_git.pop("ignorado.txt")
    assert contenido(copia.raiz) == contenido(copia.antes) == de_git


def test_de_una_copia_se_puede_hacer_otra(copia: Copia, tmp_path: Path) -> None:
    """Lo hacen algunas pruebas, y el canario las lanza en la suya."""
    otra = Copia(tmp_path / "otra", copia.raiz)
    assert contenido(otra.raiz) == contenido(copia.raiz)


def test_sin_git_no_hay_copia(tmp_path: Path) -> None:
    with pytest.raises(CopiaRota, match="Qué hacer: git dice qué archivos"):
        Copia(tmp_path / "copia", tmp_path)


def test_la_copia_desaparece_aunque_algo_falle(proyecto: Path) -> None:
    def usar() -> Iterator[Path]:
        with copia_de(proyecto) as copia:
            assert (copia.raiz / "docs" / "uno.md").exists()
            yield copia.carpeta
            raise KeyboardInterrupt

    uso = usar()
    carpeta = next(uso)
    with pytest.raises(KeyboardInterrupt):
        next(uso)
    assert not carpeta.exists()


def test_se_trae_lo_que_cambia_y_nada_mas(copia: Copia) -> None:
    antes = contenido(copia.original)
    escribir(
        copia.raiz,
        {
            SALIDA: "4 filas\n",
            "snippets/tutorial/uno/otra.txt": "nueva\n",
            "requirements.txt": "uno==2.0\n",
            "verificador/algo.py": "esto no se actualiza\n",
            "snippets/tutorial/uno/__pycache__/uno.pyc": "ni esto\n",
        },
    )
    traer(copia)
    assert contenido(copia.original) == {
        **antes,
        SALIDA: b"4 filas\n",
        "snippets/tutorial/uno/otra.txt": b"nueva\n",
        "requirements.txt": b"uno==2.0\n",
    }


@pytest.mark.parametrize("ajeno", ["docs/uno.md", "docs/otra.md", "verificador/x.py"])
def test_si_alguien_cambia_el_proyecto_mientras_tanto_no_se_trae_nada(
    copia: Copia, ajeno: str
) -> None:
    escribir(copia.raiz, {SALIDA: "4 filas\n"})
    escribir(copia.original, {ajeno: "# Lo acabo de escribir\n"})
    antes = contenido(copia.original)
    with pytest.raises(CopiaRota, match=f"alguien ha cambiado {ajeno}") as error:
        traer(copia)
    assert "Qué hacer:" in str(error.value)
    assert contenido(copia.original) == antes


def test_si_alguien_borra_algo_mientras_tanto_tampoco(copia: Copia) -> None:
    (copia.original / SALIDA).unlink()
    with pytest.raises(CopiaRota, match=f"alguien ha cambiado {SALIDA}"):
        traer(copia)


def test_si_no_se_puede_escribir_uno_no_se_escribe_ninguno(copia: Copia) -> None:
    escribir(copia.raiz, {"docs/uno.md": "# Otro\n", SALIDA: "4 filas\n"})
    # Donde iría el nuevo hay una carpeta: falla después de haber escrito el primero.
    (copia.original / SALIDA).with_name(f".uno.txt.{os.getpid()}.nuevo").mkdir()
    antes = contenido(copia.original)
    with pytest.raises(OSError):
        traer(copia)
    assert contenido(copia.original) == antes


def test_si_falla_al_cambiarlos_vuelven_los_viejos(tmp_path: Path) -> None:
    escribir(tmp_path, {"a": "1", "carpeta/otro": "1"})
    antes = contenido(tmp_path)
    # El primero ya es el nuevo, y el segundo recién llegado, cuando falla el tercero.
    nuevos = {tmp_path / nombre: b"2" for nombre in ("a", "b", "carpeta")}
    with pytest.raises(IsADirectoryError):
        escribir_juntos(nuevos)
    assert contenido(tmp_path) == antes


def test_lo_que_ya_dice_eso_ni_se_toca(tmp_path: Path) -> None:
    escribir(tmp_path, {"igual": "1", "otro": "1"})
    (tmp_path / "otro").chmod(0o600)
    cuando = (tmp_path / "igual").stat().st_ino
    escribir_juntos({tmp_path / "igual": b"1", tmp_path / "otro": b"2"})
    assert contenido(tmp_path) == {"igual": b"1", "otro": b"2"}
    assert (tmp_path / "igual").stat().st_ino == cuando
    assert (tmp_path / "otro").stat().st_mode & 0o777 == 0o600


INDICE = Indice(
    paginas={
        "docs/tutorial/uno.md": {"docs/tutorial/uno.md", SALIDA},
        "docs/guias/dos.md": {"docs/guias/dos.md", SALIDA, "snippets/dos.grafo.svg"},
        "docs/tutorial/tres.md": {"docs/tutorial/tres.md"},
    },
    salidas={SALIDA: Salida()},
)


def comparar(copia: Copia, indice: Indice = INDICE) -> list[str]:
    return cambios.comparar(copia.antes, copia.raiz, Path(SALIDA), indice)


def test_de_una_salida_solo_se_cuenta_lo_que_no_varia(copia: Copia) -> None:
    empieza, acaba = LOG.format("10:00:00", "tidy-bee", "3 filas"), "Estado: {}\n"
    escribir(copia.antes, {SALIDA: empieza + acaba.format("Completed()")})
    otra = LOG.format("11:22:33", "calm-fox", "3 filas") + acaba.format("Done()")
    escribir(copia.raiz, {SALIDA: otra})
    assert comparar(copia) == ["-Estado: Completed()", "+Estado: Done()"]


def test_lo_que_la_pagina_declara_que_varia_tampoco_se_cuenta(copia: Copia) -> None:
    escribir(copia.antes, {SALIDA: "tardó 1.20 s\n"})
    escribir(copia.raiz, {SALIDA: "tardó 3.40 s\n"})
    assert len(comparar(copia)) == 2
    declara = Indice(salidas={SALIDA: Salida(declarados=["duración"])})
    assert comparar(copia, declara) == []


def test_de_un_cambio_largo_se_dice_cuanto_queda(copia: Copia) -> None:
    escribir(copia.raiz, {SALIDA: "".join(f"línea {n}\n" for n in range(50))})
    lineas = comparar(copia)
    assert len(lineas) == cambios.LINEAS + 1
    assert lineas[-1] == "… y 31 líneas más"  # se quita una y se añaden cincuenta


def test_cada_cosa_va_a_las_paginas_que_la_ensenan() -> None:
    figura = (
        "docs/guias/dos.md:9: la figura snippets/dos.grafo.svg no es lo que ha pasado"
    )
    varia = "docs/guias/dos.md:4: la salida no es la que enseña la página"
    hojas = cambios.por_pagina(
        {SALIDA: ["-1", "+2"], "snippets/suelto.txt": []},
        [
            Rotura("tests/paginas/test_tres.py", "test_algo", "assert 1 == 2"),
            Rotura("tests/motor/test_espera.py", "test_otro", "TypeError: x"),
            Rotura(
                "docs/guias/dos.md", "línea 9", figura, "redibújala con «make salidas»"
            ),
            Rotura("docs/guias/dos.md", "línea 4", varia, "hazlo con «make salidas»"),
        ],
        INDICE,
    )
    assert hojas == {
        "docs/guias/dos.md": cambios.Hoja(
            {SALIDA: ["-1", "+2"]}, [f"línea 4: {varia}"], [figura]
        ),
        "docs/tutorial/tres.md": cambios.Hoja(rompe=["test_algo: assert 1 == 2"]),
        "docs/tutorial/uno.md": cambios.Hoja({SALIDA: ["-1", "+2"]}),
        "snippets/suelto.txt": cambios.Hoja({"snippets/suelto.txt": []}),
        "tests/motor/test_espera.py": cambios.Hoja(rompe=["test_otro: TypeError: x"]),
    }
    texto = cambios.a_texto(hojas)
    assert "docs/tutorial/tres.md\n  rompe  test_algo: assert 1 == 2\n" in texto
    assert f"  cambia {SALIDA}\n      -1\n      +2\n" in texto
    assert texto.endswith("\n\nCambian 3 y se rompen 3.")


def test_una_salida_de_otra_ejecucion_no_es_un_cambio() -> None:
    assert not cambios.por_pagina({SALIDA: []}, [], INDICE)


def test_las_roturas_son_las_del_informe_de_pytest(tmp_path: Path) -> None:
    """Con un informe de verdad: un fallo con problemas, otro sin ellos y uno que no empieza."""
    escribir(
        tmp_path,
        {
            "test_roto.py": "no_existe\n",
            "test_uno.py": "import pytest\n\n\ndef test_bien():\n    pass\n\n\n"
            "def test_mal():\n    assert 1 == 2\n\n\n"
            "def test_pagina():\n    pytest.fail('docs/a.md:3: esto no va:\\n+ algo\\n"
            "Qué hacer: corrígelo.\\n\\ndocs/b.md: ni esto.\\nQué hacer: bórralo.', "
            "pytrace=False)\n",
            "pytest.ini": "[pytest]\n",
        },
    )
    orden = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
    orden += ["--continue-on-collection-errors", "--tb=no", "--junitxml=j.xml"]
    entorno = {n: v for n, v in os.environ.items() if not n.startswith("PYTEST_")}
    hecho = subprocess.run(
        [*orden, "-o", "junit_family=xunit1"],
        cwd=tmp_path,
        env=entorno,
        capture_output=True,
    )
    assert hecho.returncode == 1
    assert roturas.leer(tmp_path / "j.xml") == [
        Rotura(
            "test_roto.py", "test_roto", "NameError: name 'no_existe' is not defined"
        ),
        Rotura("test_uno.py", "test_mal", "assert 1 == 2"),
        Rotura("test_uno.py", "test_pagina", "docs/a.md:3: esto no va", "corrígelo."),
        Rotura("test_uno.py", "test_pagina", "docs/b.md: ni esto", "bórralo."),
    ]


def test_las_versiones_de_python_son_las_del_proyecto(tmp_path: Path) -> None:
    escribir(
        tmp_path,
        {"pyproject.toml": '[project]\nrequires-python = ">=3.11.5,<3.15"\n'},
    )
    assert casa.pythons(tmp_path) == ["3.11.5", "3.12", "3.13", "3.14"]


def test_se_dice_que_paquetes_cambian_de_version(tmp_path: Path) -> None:
    lista = (
        'uno==1.0 \\\n    --hash=sha256:0\ndos-más==2.0 ; sys_platform == "win32" \\\n'
    )
    escribir(tmp_path, {"requirements.txt": lista})
    antes = versiones.fijadas(tmp_path)
    assert antes["uno"] == "1.0"
    assert versiones.saltos(antes, {"uno": "1.1", "tres": "3"})[:2] == [
        "dos-más 2.0 → —",
        "tres — → 3",
    ]


@pytest.mark.parametrize(
    ("escrito", "queja"),
    [
        ("prefect=3", "«prefect=3» no es un requisito"),
        ("prefetc==3.8.8", "la guía no usa ese paquete"),
        ("prefect==3.8.7", "la lista trae la 3.8.8"),
    ],
)
def test_una_version_que_no_se_probaria_se_rechaza(escrito: str, queja: str) -> None:
    with pytest.raises(CopiaRota, match=queja) as error:
        pedido = versiones.leer_requisito(escrito)
        versiones.exigir_que_esten([pedido], {"prefect": "3.8.8"})
    assert "Qué hacer:" in str(error.value)


def test_uv_no_descarga_ningun_python(tmp_path: Path) -> None:
    """Lo haría al resolver para la versión mínima; y no se espera a quien no contesta."""
    orden = [sys.executable, "-m", "uv", "venv", "--python", "3.11.1", tmp_path / "v"]
    with pytest.raises(CopiaRota, match="Python downloads are set to 'never'"):
        exigir_exito(orden)


@pytest.mark.skipif("CI" not in os.environ, reason="consulta paquetes: solo en la CI")
def test_cada_intento_resuelve_lo_que_dice(tmp_path: Path) -> None:
    """Parte de una lista con otra versión: ninguno puede quedarse con ella sin querer."""
    escribir(
        tmp_path,
        {
            "pyproject.toml": '[project]\nname = "x"\nversion = "1"\n'
            'requires-python = ">=3.11.5,<3.15"\ndependencies = ["click>=8.1.0"]\n'
            "[dependency-groups]\ndev = []\nfiguras = []\nortografia = []\n",
            "requirements.txt": "click==8.1.3\n",
        },
    )

    def click(*opciones: str, con: tuple[str, ...] = ()) -> str:
        versiones.resolver(tmp_path, *opciones, con=con)
        return versiones.fijadas(tmp_path)["click"]

    assert click() == "8.1.3"
    assert click(*MINIMAS.opciones) == "8.1.0"
    assert click(con=("click==8.0.4",)) == "8.0.4"
    assert click(*NUEVAS.opciones) not in ("8.1.3", "8.0.4", "8.1.0")
    assert versiones.sin_solucion(tmp_path, "3.14", *MINIMAS.opciones) == ""


@pytest.fixture(scope="module")
def guia() -> Iterator[Copia]:
    """Una copia de la guía en la que una página no se puede leer y otra tiene algo que contar."""
    with copia_de(RAIZ) as copia:
        rota = copia.raiz / "docs" / "tutorial" / "reintentos.md"
        rota.write_text(rota.read_text("utf-8") + '\n--8<-- "no_esta.py"\n', "utf-8")
        otra = copia.raiz / "docs" / "conceptos" / "siguientes-pasos.md"
        otra.write_text(otra.read_text("utf-8") + "\n¿Y otra pregunta?\n", "utf-8")
        yield copia


def sesion(guia: Copia, *argumentos: str) -> subprocess.CompletedProcess[str]:
    entorno = {n: v for n, v in os.environ.items() if not n.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--actualizar-salidas", *argumentos],
        cwd=guia.raiz,
        env=entorno,
        capture_output=True,
        text=True,
    )


def test_no_se_publica_un_recuento_a_medias(guia: Copia) -> None:
    una = sesion(guia, "docs/conceptos/siguientes-pasos.md")
    assert una.returncode == 1
    assert "quedan como estaban: docs/tutorial/reintentos.md:" in una.stdout
    assert not [r for r in guia.cambiados() if r.parts[0] == "snippets"]


def test_ni_si_la_sesion_no_llega_al_final(guia: Copia) -> None:
    ninguna = sesion(guia, "docs/tutorial/reintentos.md")
    assert ninguna.returncode == pytest.ExitCode.INTERRUPTED
    assert "quedan como estaban: la sesión no ha llegado al final" in ninguna.stdout
    assert not [r for r in guia.cambiados() if r.parts[0] == "snippets"]
