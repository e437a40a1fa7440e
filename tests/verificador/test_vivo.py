"""«make escribir»: lo que se guarda se ejecuta, y la página servida dice cómo está cada bloque.

Todo es de verdad: una copia del proyecto con unas pocas páginas y el programa sirviéndola.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from motor import guardian
from motor.espera import esperar
from motor.puertos import puerto_libre
from verificador import casa, plugin
from verificador.pagina import Pagina
from verificador.terminal import Lectura
from verificador.vivo.cambios import Conocida
from verificador.vivo.pizarra import Estado

LIMITE_S = 120  # en una máquina cargada
CADA_S = 0.1
ESTADO = "/__verificacion/estado?pagina={}&version=0"
CABECERA = """---
description: Una página de prueba.
verificacion: {servidor: apagado, instalada: false, carpeta: .}
---

# Una página

"""
PROGRAMA = """```python title="{0}.py"
--8<-- "prueba/{0}.py"
```

```bash
python {0}.py
```

"""
SALIDA = """<!--pytest-codeblocks:expected-output-->

```text
--8<-- "prueba/{0}.txt"
```

"""
SALUDA = CABECERA + PROGRAMA.format("saluda") + SALIDA.format("saluda")
# El primer programa deja dicho, fuera de la carpeta del lector, cada vez que se ejecuta.
APUNTA = 'with open({!r}, "a") as testigo:\n    testigo.write("x")\n'
CUENTA = 'print("veces:", len(open({!r}).read()), {})\n'
DUERME = CABECERA + PROGRAMA.format("duerme")


class Proyecto:
    """Una copia pequeña del proyecto, y quien la sirve."""

    def __init__(self, carpeta: Path, cache: Path, sesion: Path) -> None:
        self.raiz = carpeta / "guia"
        self._sesion = sesion
        self.temporal = carpeta / "temporal"
        self.temporal.mkdir()
        self.puerto = puerto_libre()
        self._cache = cache
        casa.preparar_proyecto(self.raiz, entero=True)
        self._aligerar()

    @classmethod
    def de(cls, carpeta: Path, config: pytest.Config) -> "Proyecto":
        """El de una sesión de pruebas."""
        return cls(
            carpeta, config.stash[plugin.CACHE], config.stash[plugin.TALLER].carpeta
        )

    def _aligerar(self) -> None:
        """Deja tres páginas y un solo ejercicio, que no espera a leer otras."""
        quedan = {"tutorial/instalacion.md", "ejercicios/01-primer-flow.md"}
        for pagina in (self.raiz / "docs").rglob("*.md"):
            if pagina.relative_to(self.raiz / "docs").as_posix() not in quedan:
                pagina.unlink()
        self.escribir("docs/index.md", f"{CABECERA}Inicio.\n")
        self.cambiar("mkdocs.yml", lambda t: re.sub(r"(?ms)^nav:.*?^(?=\S)", "", t))
        principio, primero, *_ = self.leer("calificador/catalogo.toml").split(
            "[[ejercicio]]"
        )
        primero = re.sub(r'(?m)^lee = ".*"', 'lee = "tutorial/instalacion"', primero)
        self.escribir("calificador/catalogo.toml", f"{principio}[[ejercicio]]{primero}")

    def leer(self, ruta: str) -> str:
        return (self.raiz / ruta).read_text("utf-8")

    def escribir(self, ruta: str, texto: str) -> None:
        archivo = self.raiz / ruta
        archivo.parent.mkdir(parents=True, exist_ok=True)
        archivo.write_text(texto, "utf-8")

    def cambiar(self, ruta: str, como: Callable[[str], str]) -> None:
        antes = self.leer(ruta)
        assert como(antes) != antes
        self.escribir(ruta, como(antes))

    @contextmanager
    def servido(self, *opciones: str) -> Iterator[subprocess.Popen]:
        """En marcha, con Ctrl+C ignorado por quien lo lanza."""
        programa = [sys.executable, "-m", "verificador.vivo", *opciones]
        programa += ["--direccion", f"127.0.0.1:{self.puerto}", "--cache", self._cache]
        proceso = subprocess.Popen(
            ["bash", "-c", "trap '' INT; exec \"$@\"", "bash", *programa],
            cwd=self.raiz,
            env={
                **os.environ,
                "TMPDIR": str(self.temporal),
                # Si la sesión muere de golpe, su guardián lo encuentra por aquí.
                "GUIA_SESION": str(self._sesion),
                "NO_MKDOCS_2_WARNING": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.dicho = Lectura(os.dup(proceso.stdout.fileno()))
        try:
            assert self.dicho.esperar("Serving on", LIMITE_S), self.dicho.texto
            yield proceso
        finally:
            proceso.send_signal(signal.SIGINT)
            proceso.wait(LIMITE_S)
            proceso.stdout.close()

    def pedir(self, camino: str, **como: object) -> str:
        """Lo que contesta el servidor, también cuando es un error."""
        peticion = urllib.request.Request(
            f"http://127.0.0.1:{self.puerto}{camino}", **como
        )
        try:
            with urllib.request.urlopen(peticion, timeout=LIMITE_S) as respuesta:
                return respuesta.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def texto(self, camino: str) -> str:
        return BeautifulSoup(self.pedir(camino), "html.parser").get_text()

    def ficha(self, camino: str) -> dict:
        """Lo que se sabe de una página; vacía, mientras no se sabe nada (`404 Not Found`)."""
        dicho = self.pedir(ESTADO.format(quote(camino)))
        if dicho.startswith("404"):
            return {}
        assert dicho.startswith("{"), f"{dicho}\n{self.dicho.texto[-2000:]}"
        return json.loads(dicho)

    def problemas(self, camino: str) -> str:
        return "\n".join(self.ficha(camino).get("problemas", []))

    def bloques(self, camino: str) -> list[tuple[str, str]]:
        bloques = self.ficha(camino).get("bloques", [])
        return [(bloque["estado"], bloque["motivo"]) for bloque in bloques]

    def esperar(self, que: Callable[[], bool]) -> None:
        assert esperar(que, LIMITE_S, CADA_S), (
            f"{self.pedir(ESTADO.format(quote('/saluda/')))}\n{self.dicho.texto[-2000:]}"
        )

    def esperar_verificada(self, camino: str) -> None:
        self.esperar(
            lambda: {e for e, _ in self.bloques(camino)} == {Estado.VERIFICADO}
        )


@pytest.fixture(scope="module")
def proyecto(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Proyecto]:
    nuevo = Proyecto.de(tmp_path_factory.mktemp("vivo"), pytestconfig)
    nuevo.escribir("docs/saluda.md", SALUDA)
    nuevo.escribir("snippets/prueba/saluda.py", "print(1 + 1)\n")
    nuevo.escribir("snippets/prueba/saluda.txt", "2\n")
    with nuevo.servido("--salidas"):
        yield nuevo
    shutil.rmtree(nuevo.raiz)


def test_al_guardar_un_programa_su_salida_nueva_llega_a_la_pagina(
    proyecto: Proyecto,
) -> None:
    assert {e for e, _ in proyecto.bloques("/saluda/")} == {Estado.PENDIENTE}
    proyecto.escribir("snippets/prueba/saluda.py", "print(6 * 7)\n")
    proyecto.esperar(lambda: "\n42\n" in proyecto.texto("/saluda/"))
    proyecto.esperar_verificada("/saluda/")
    assert proyecto.leer("snippets/prueba/saluda.txt") == "42\n"
    assert "saluda.md:12: verificado" in proyecto.dicho.texto
    assert "marca.js" in proyecto.pedir("/saluda/")
    assert "guia-vivo" in proyecto.pedir("/__verificacion/marca.js")


def test_un_programa_que_falla_se_dice_en_su_bloque(proyecto: Proyecto) -> None:
    proyecto.escribir("snippets/prueba/saluda.py", 'raise ValueError("se rompió")\n')
    proyecto.esperar(
        lambda: {e for e, _ in proyecto.bloques("/saluda/")} == {Estado.ROTO}
    )
    programa, orden, salida = (motivo for _, motivo in proyecto.bloques("/saluda/"))
    assert "ValueError: se rompió" in orden
    assert "Qué hacer: corrige snippets/prueba/saluda.py:1" in orden
    assert salida == orden
    assert programa == "falla la línea 12, que lo usa"
    proyecto.escribir("snippets/prueba/saluda.py", "print(6 * 7)\n")
    proyecto.esperar_verificada("/saluda/")


def test_guardar_otra_vez_interrumpe_lo_que_ya_no_vale(proyecto: Proyecto) -> None:
    proyecto.escribir("snippets/prueba/saluda.py", "import time\n\ntime.sleep(600)\n")
    proyecto.esperar(lambda: proyecto.bloques("/saluda/")[1][0] == Estado.EJECUTANDO)
    proyecto.escribir("snippets/prueba/saluda.py", "print(6 * 7)\n")
    proyecto.esperar_verificada("/saluda/")
    assert "sleep(600)" not in proyecto.texto("/saluda/")
    assert "no ha terminado" not in proyecto.dicho.texto


def test_una_inclusion_rota_se_dice_en_su_pagina_y_en_ninguna_mas(
    proyecto: Proyecto,
) -> None:
    buena = proyecto.leer("docs/saluda.md")
    proyecto.escribir("docs/saluda.md", buena.replace("saluda.txt", "no_esta.md"))
    proyecto.esperar(lambda: "no se puede construir" in proyecto.texto("/saluda/"))
    assert "docs/saluda.md:19: falta snippets/prueba/no_esta.md" in proyecto.texto(
        "/saluda/"
    )
    proyecto.esperar(lambda: "falta snippets" in proyecto.problemas("/saluda/"))
    assert "Inicio." in proyecto.texto("/")
    proyecto.escribir("docs/saluda.md", buena)
    proyecto.esperar(lambda: "\n42\n" in proyecto.texto("/saluda/"))
    proyecto.esperar_verificada("/saluda/")


def test_lo_que_cambia_mientras_se_ejecuta_esta_por_ejecutar(
    leer: Callable[[str], Pagina],
) -> None:
    """Quien guarda deja el archivo vacío un instante, y esa página también se ejecuta."""
    ordenes = [f"```bash\necho {n}\n```\n\n" for n in "123"]
    ejecutadas = [leer(CABECERA + "".join(ordenes[:n])) for n in range(4)]
    conocida = Conocida(ejecutadas[-1].ruta)
    conocida.leer()
    for hechos, ejecutada in enumerate(ejecutadas[:-1]):
        conocida.anotar(ejecutada, [set()] * hechos)
        assert conocida.tocado(set()) == hechos
    conocida.anotar(ejecutadas[-1], [set()] * 3)
    assert conocida.tocado(set()) is None


def test_sin_web_que_servir_cada_pagina_dice_por_que(proyecto: Proyecto) -> None:
    buena = proyecto.leer("mkdocs.yml")
    proyecto.escribir("mkdocs.yml", buena.replace("name: material", "name: no-existe"))
    proyecto.esperar(lambda: "no-existe" in proyecto.texto("/"))
    proyecto.escribir("mkdocs.yml", buena)
    proyecto.esperar(lambda: "Inicio." in proyecto.texto("/"))


def test_las_pistas_llegan_del_catalogo_a_su_pagina(proyecto: Proyecto) -> None:
    pista = "Una pista recién escrita."
    proyecto.cambiar(
        "calificador/catalogo.toml",
        lambda texto: re.sub(r"(pistas = \[\s*)", rf'\1"{pista}", ', texto, count=1),
    )
    proyecto.esperar(lambda: pista in proyecto.texto("/ejercicios/01-primer-flow/"))


def test_lo_anterior_al_cambio_ya_esta_hecho_al_guardar(
    proyecto: Proyecto, tmp_path: Path
) -> None:
    testigo = tmp_path / "testigo"
    proyecto.escribir("snippets/prueba/apunta.py", APUNTA.format(str(testigo)))
    proyecto.escribir("snippets/prueba/cuenta.py", CUENTA.format(str(testigo), 0))
    pagina = (
        CABECERA
        + "".join(map(PROGRAMA.format, ("apunta", "cuenta")))
        + SALIDA.format("cuenta")
    )
    proyecto.escribir("docs/cuenta.md", pagina)
    proyecto.esperar(lambda: "/cuenta/" in proyecto.pedir("/sitemap.xml"))
    proyecto.pedir(
        "/__verificacion/comprobar?pagina=/cuenta/", method="POST"
    )  # sin la cabecera
    assert not testigo.exists()
    proyecto.escribir("snippets/prueba/cuenta.py", CUENTA.format(str(testigo), 1))
    proyecto.esperar(lambda: "veces: 1 1" in proyecto.texto("/cuenta/"))
    proyecto.esperar(lambda: testigo.read_text() == "xx")  # ya se ha adelantado
    proyecto.escribir("snippets/prueba/cuenta.py", CUENTA.format(str(testigo), 2))
    proyecto.esperar(lambda: "veces: 2 2" in proyecto.texto("/cuenta/"))


def test_un_archivo_de_datos_repite_la_pagina_que_lo_lee(proyecto: Proyecto) -> None:
    proyecto.escribir("data/prueba.csv", "uno\n")
    proyecto.escribir(
        "snippets/prueba/lee.py", 'print(open("data/prueba.csv").read())\n'
    )
    proyecto.escribir(
        "docs/lee.md", CABECERA + PROGRAMA.format("lee") + SALIDA.format("lee")
    )
    proyecto.esperar(lambda: "/lee/" in proyecto.pedir("/sitemap.xml"))
    proyecto.pedir(
        "/__verificacion/comprobar?pagina=/lee/", method="POST", headers={"X-Guia": "1"}
    )
    proyecto.esperar(lambda: "\nuno\n" in proyecto.texto("/lee/"))
    proyecto.escribir("data/prueba.csv", "dos\n")
    proyecto.esperar(lambda: "\ndos\n" in proyecto.texto("/lee/"))
    proyecto.esperar_verificada("/lee/")


def test_si_cambia_el_verificador_se_empieza_otra_vez_con_el(
    proyecto: Proyecto,
) -> None:
    proyecto.escribir("verificador/vivo/nuevo.py", "esto no es Python\n")
    proyecto.esperar(lambda: "Se sigue con lo de antes" in proyecto.dicho.texto)
    proyecto.escribir("verificador/vivo/nuevo.py", "NUEVO = True\n")
    proyecto.esperar(lambda: proyecto.dicho.texto.count("Serving on") == 2)
    assert "Inicio." in proyecto.texto("/")


def test_la_web_publicada_no_lleva_la_marca(sitio: Path) -> None:
    paginas = list(sitio.rglob("*.html"))
    assert paginas
    assert not [p for p in paginas if "__verificacion" in p.read_text("utf-8")]


def test_ctrl_c_no_deja_nada(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    proyecto = Proyecto.de(tmp_path, pytestconfig)
    proyecto.escribir("docs/duerme.md", DUERME)
    proyecto.escribir("snippets/prueba/duerme.py", "import time\n\ntime.sleep(600)\n")
    with proyecto.servido() as proceso:
        proyecto.pedir(
            "/__verificacion/comprobar?pagina=/duerme/",
            method="POST",
            headers={"X-Guia": "1"},
        )
        proyecto.esperar(
            lambda: proyecto.bloques("/duerme/")[-1][0] == Estado.EJECUTANDO
        )
        assert list(guardian.procesos(proyecto.temporal))
        proceso.send_signal(signal.SIGINT)
        assert proceso.wait(LIMITE_S) == 0, proyecto.dicho.texto
    assert not list(guardian.procesos(proyecto.temporal))
    assert not list(proyecto.temporal.iterdir())
