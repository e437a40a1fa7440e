"""Cada palabra de la guía está en el diccionario, o hay un motivo para que no esté."""

import base64
import hashlib
import io
import re
import tarfile
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from motor.rutas import RAIZ, README
from verificador import casa, chuleta
from verificador.kit import LEEME
from verificador.ordenes import diccionario
from verificador.ordenes.copia import SIN_FIGURAS
from verificador.origen import donde
from verificador.pagina import leer_pagina, paginas
from verificador.problemas import exigir
from verificador.prosa import ortografia
from verificador.prosa.ortografia import Falta

SALAS = ("motor", "calificador", "verificador", "snippets", "tests")
CON_MENSAJES = ("calificador", "snippets")  # todo lo que dicen lo lee el estudiante
CATALOGO = RAIZ / "calificador" / "catalogo.toml"
LEEMES = (RAIZ / "data" / "README.md", LEEME, CATALOGO, chuleta.DATOS)
TODAS = sorted(paginas())


@cache
def de_la_sala(sala: str) -> list[Falta]:
    """Las faltas de sus programas, menos los que imitan a un estudiante."""
    programas = sorted(
        r for r in (RAIZ / sala).rglob("*.py") if "respuestas" not in r.parts
    )
    assert len(programas) > 10
    return [
        falta
        for programa in programas
        for falta in ortografia.de_un_programa(
            programa, con_mensajes=sala in CON_MENSAJES
        )
    ]


@cache
def de_las_paginas() -> list[Falta]:
    return [f for ruta in TODAS for f in ortografia.de_una_pagina(leer_pagina(ruta))]


def de_un_archivo(archivo: Path) -> Iterator[Falta]:
    """Las faltas de un texto o, de un TOML, las de sus valores."""
    texto = archivo.read_text("utf-8")
    escritos = valores(tomllib.loads(texto)) if archivo.suffix == ".toml" else [texto]
    for escrito in escritos:
        for palabra, _ in ortografia.desconocidas(escrito):
            yield Falta(donde(archivo, palabra), palabra)


def valores(dato: object) -> Iterator[str]:
    if isinstance(dato, str):
        yield dato
    elif isinstance(dato, dict | list):
        for otro in dato.values() if isinstance(dato, dict) else dato:
            yield from valores(otro)


@pytest.mark.parametrize("sala", SALAS)
def test_los_programas_estan_bien_escritos(sala: str) -> None:
    exigir(ortografia.problemas(de_la_sala(sala), en_programas=True))


def test_las_paginas_estan_bien_escritas() -> None:
    assert README in TODAS
    exigir(ortografia.problemas(de_las_paginas()))


@pytest.mark.parametrize("archivo", LEEMES, ids=lambda ruta: ruta.name)
def test_lo_demas_esta_bien_escrito(archivo: Path) -> None:
    exigir(ortografia.problemas(de_un_archivo(archivo)))


@pytest.mark.parametrize("ambito", ["siempre", "programas"])
def test_cada_excepcion_hace_falta(ambito: str) -> None:
    """Lo que se permite siempre se usa en alguna página; si no, basta permitirlo en programas."""
    if ambito == "programas":
        faltas = [f for sala in SALAS for f in de_la_sala(sala)]
    else:
        de_leemes = (f for ruta in LEEMES for f in de_un_archivo(ruta))
        faltas = [*de_las_paginas(), *de_leemes]
    usadas = {forma for f in faltas for forma in ortografia.formas(f.palabra)}
    sobran = ortografia.de_la_casa(ambito) - usadas
    assert not sobran, f"quita de ortografia.toml, de [{ambito}]: {sorted(sobran)}"


def test_cada_excepcion_tiene_su_motivo() -> None:
    ambitos = ortografia.motivos().values()
    assert all(len(motivo) > 15 for por_motivo in ambitos for motivo in por_motivo)
    todas = [p for por_motivo in ambitos for ps in por_motivo.values() for p in ps]
    assert len(todas) == len(set(todas))


@pytest.mark.parametrize(
    ("texto", "falta"),
    [
        ("Falla tambien", "tambien"),
        ("La funcionn", "funcionn"),
        ("su codigo", "codigo"),
        ("dice «tambien»", "tambien"),
        ("Quitalo", "Quitalo"),
        ("un [workflow](otra.md) nuevo", "workflow"),
        ("**tambien**", "tambien"),
        ("la duracion.", "duracion"),
        ("Estan,", "Estan"),
        ('"es tambien así"', "tambien"),
    ],
)
def test_se_nota_lo_mal_escrito(texto: str, falta: str) -> None:
    assert [*ortografia.desconocidas(f"# Título\n\n{texto}\n")] == [(falta, 2)]


@pytest.mark.parametrize(
    "texto",
    [
        "`tambien` y ``un `codigo` ``",
        "*workflow*, en inglés",
        "dice «Use the command from your environment»",
        "[Install the package](https://x.test/a) y https://x.test/tambien",
        "[esto](../x.md#codigo), [✓][test_codigo] y [3][archivo.py: codigo=#]",
        "## Título { #codigo }",
        "<!--pytest.mark.codigo-->",
        "data/codigo.csv, codigo.py, codigo_2, --codigo, codigo=3 y codigo()",
        "Pruébalo, sáltatelo, vacíala, descomprímelo, detenlo y repitiéndolo",
        "los flows, un Worker, los orquestadores, una API y un DataFrame",
        "un {codigo}s y la `task`s",
    ],
)
def test_lo_que_no_es_prosa_en_espanol_no_se_mira(texto: str) -> None:
    assert not [*ortografia.desconocidas(texto)]


PROGRAMA = '''\
"""Hace una cosa.

Args:
    codigo: el codigo, tambien.
"""

x = 1  # un comentarioo
print(
    "todo va bien "
    f"y son {x} archibos"
)
print("Duracion gatherr total")
'''


def test_de_un_programa_se_dice_donde_que_y_que_hacer(tmp_path: Path) -> None:
    programa = tmp_path / "p.py"
    programa.write_text(PROGRAMA, "utf-8")
    faltas = [*ortografia.de_un_programa(programa, con_mensajes=True)]
    assert [(f.lugar.linea, f.palabra) for f in faltas] == [
        (4, "codigo"),
        (4, "tambien"),
        (7, "comentarioo"),
        (10, "archibos"),
        (12, "Duracion"),
        (12, "gatherr"),
    ]
    sin_mensajes = ortografia.de_un_programa(programa, con_mensajes=False)
    assert [*sin_mensajes] == faltas[:3]
    dicho = str([*ortografia.problemas(faltas)][1])
    assert dicho.startswith(f"{programa}:4: «tambien» no está en el diccionario.\n")
    assert "Qué hacer: si querías decir «también»" in dicho
    assert "ortografia.toml" in dicho


def test_el_lector_no_instala_el_corrector() -> None:
    suyos, nuestros = (
        dict(re.findall(r"^([\w-]+)==(\S+)", (RAIZ / lista).read_text("utf-8"), re.M))
        for lista in SIN_FIGURAS
    )
    assert {"chunspell-next", "check-jsonschema", "zizmor"} <= nuestros.keys() - suyos
    assert all(nuestros[n] == suyos[n] for n in nuestros.keys() & suyos.keys())
    assert not set(SIN_FIGURAS[1:]) & set(casa.LO_QUE_USA_EL_LECTOR)


def test_lo_de_los_programas_no_vale_en_las_paginas() -> None:
    faltas = [Falta(donde(README, "make"), palabra) for palabra in ("return", "Python")]
    assert not [*ortografia.problemas(faltas, en_programas=True)]
    assert ["return" in p.que for p in ortografia.problemas(faltas)] == [True]


def test_el_diccionario_es_el_de_su_origen() -> None:
    origen = diccionario.leer_origen()
    guardados = {r.name for r in ortografia.DICCIONARIO.iterdir()} - {"origen.toml"}
    assert guardados == set(origen["archivos"]) == set(origen["sha256"])
    for nombre, huella in origen["sha256"].items():
        contenido = (ortografia.DICCIONARIO / nombre).read_bytes()
        assert hashlib.sha256(contenido).hexdigest() == huella


def test_un_paquete_distinto_del_apuntado_no_se_usa(tmp_path: Path) -> None:
    archivo = tmp_path / "paquete.tgz"
    with tarfile.open(archivo, "w:gz") as paquete:
        dentro = tarfile.TarInfo("package/index.dic")
        dentro.size = 4
        paquete.addfile(dentro, io.BytesIO(b"hola"))
    resumen = base64.b64encode(hashlib.sha512(archivo.read_bytes()).digest()).decode()
    origen = {
        "integridad": f"sha512-{resumen}",
        "archivos": {"es.dic": "package/index.dic"},
    }
    traido = {ortografia.DICCIONARIO / "es.dic": b"hola"}
    assert diccionario.extraer(archivo, origen) == traido
    with pytest.raises(diccionario.DiccionarioRoto, match="Qué hacer:"):
        diccionario.extraer(archivo, origen | {"integridad": "sha512-otra"})
