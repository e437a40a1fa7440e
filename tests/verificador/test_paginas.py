"""Leer una página falla cuando debe: lo que se publicaría sin ejecutarse, y las erratas.

Nada de aquí ejecuta un bloque. Cada caso dice lo que la página escribe y lo que tiene que
contestar el verificador: la línea, el problema y el remedio.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from verificador import libro, marcas, pagina, texto
from verificador.html_crudo import codigo_disfrazado
from verificador.juicio import juicio
from verificador.pagina import Pagina, leer_pagina
from verificador.problemas import PaginaRota

CABECERA = "---\ndescription: Una página de prueba.\n---\n\n"
ORDEN = "```bash\nls\n```\n"
HOLA = '--8<-- "inicio/index/hola.py"\n'
TITULADO = f'```python title="hola.py"\n{HOLA}```\n\n'

Leer = Callable[[str | bytes], Pagina]


def queja(leer: Leer, escrito: str | bytes) -> str:
    """Lo que se dice de una página rota; siempre con línea y remedio."""
    with pytest.raises(PaginaRota) as rota:
        leer(escrito)
    for problema in rota.value.problemas:
        assert re.match(r"\S*\.\w+:\d+: .+\.\nQué hacer: .+[.?]$", str(problema))
    return str(rota.value)


@pytest.mark.parametrize(
    ("escrito", "linea", "problema"),
    [
        ("- ```bash\n  false\n  ```\n", 5, "línea de la viñeta"),
        ("1. ```bash\n    false\n    ```\n", 5, "línea de la viñeta"),
        ("[^1]: ```bash\n    false\n    ```\n", 5, "línea de la viñeta"),
        ("```bash\nfalse\n```bash\n\nTexto.\n", 7, "nadie cierra"),
        ('```bash exec="on"\nfalse\n```\n', 5, "no conoce la opción «exec»"),
        ("```bash\nfalse\n", 5, "nadie cierra"),
        ("1. Paso\n\n    ```bash\n    false\n   ```\n\n2. Otro\n", 7, "nadie cierra"),
        ("```\u00a0bash\nfalse\n```\n", 5, "U+00A0"),
        ("\u00a0```bash\nfalse\n```\n", 5, "U+00A0"),
        ("```\u3000bash\nfalse\n```\n", 5, "U+3000"),
        ("```bash title=“orden”\nfalse\n```\n", 5, "comillas tipográficas"),
        ("```bash:orden.sh\nfalse\n```\n", 5, "bash:orden.sh"),
        ("```bash title=orden\nfalse\n```\n", 5, "no se entiende"),
        ('```bash hl_lines="uno"\nfalse\n```\n', 5, "no vale"),
        ("~~~ bash\nfalse\n```\n", 5, "nadie cierra"),
        ("```bash false```\n", 5, "una sola línea"),
        ("````bash\nfalse\n`````\n", 5, "nadie cierra"),
        ("Texto.\n```bash\nfalse\n", 6, "nadie cierra"),
        ("> ```bash\n> false\n", 5, "nadie cierra"),
        ("Escribe ```false``` y mira.\n", 5, "en medio de una línea"),
        ("| Orden |\n| --- |\n| ```false``` |\n", 7, "en medio de una línea"),
        ("´´´bash\nfalse\n´´´\n", 5, "no son acentos graves"),
        ("’’’bash\nfalse\n’’’\n", 5, "no son acentos graves"),
    ],
)
def test_una_valla_que_la_web_no_reconoce(
    leer: Leer, escrito: str, linea: int, problema: str
) -> None:
    dicho = queja(leer, CABECERA + escrito)
    assert f"pagina.md:{linea}: " in dicho
    assert problema in dicho


@pytest.mark.parametrize(
    ("dentro", "linea"),
    [
        ("```python\nprint()\n", 9),
        ("~~~ python\n", 9),
        ("<!--pytest-codeblocks:expected-output-->\n", 9),
        ("    <!--pytest.mark.sin_orden-->\n", 9),
    ],
)
def test_una_valla_sin_cerrar_que_se_traga_lo_de_detras(
    leer: Leer, dentro: str, linea: int
) -> None:
    dicho = queja(leer, f"{CABECERA}```bash\nls\n\nProsa.\n{dentro}```\n")
    assert f"pagina.md:{linea}: una valla o una marca dentro del bloque" in dicho
    assert "pagina.md:5" in dicho


def test_los_errores_de_un_texto_incluido_se_dicen_en_su_archivo(
    leer: Leer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texto, "RAIZ", tmp_path)
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets" / "trozo.md").write_text("Uno.\n\n```bash\nfalse\n")
    dicho = queja(leer, CABECERA + '--8<-- "trozo.md"\n')
    assert "snippets/trozo.md:3: «```bash» abre un bloque que nadie cierra" in dicho
    (tmp_path / "snippets" / "trozo.md").write_text("<kbd>false</kbd>\n")
    dicho = queja(leer, CABECERA + '--8<-- "trozo.md"\n')
    assert "snippets/trozo.md:1: HTML escrito a mano: <kbd>" in dicho


@pytest.mark.parametrize(
    "html",
    [
        "<code>\nfalse\n</code>\n",
        "<textarea>false</textarea>\n",
        "<samp>$ false<br>todo bien</samp>\n",
        "Teclea <kbd>false</kbd> y mira.\n",
        "<pre>false</pre>\n",
        "<PRE>false</PRE>\n",
        "<tt>false</tt>\n",
        "<xmp>false</xmp>\n",
        "<listing>false</listing>\n",
        "<plaintext>\nfalse\n",
        "<svg><text>false</text></svg>\n",
        '<iframe src="x.html"></iframe>\n',
        '<object data="x.html"></object>\n',
        "<script>document.write('false')</script>\n",
        "<style>p { font-family: monospace }</style>\n",
        "<div>\n`<samp>false</samp>`\n</div>\n",
        "<div markdown>\n\n<samp>false</samp>\n\n</div>\n",
        '<div class="highlight">false</div>\n',
        '<p style="font-family: monospace">false</p>\n',
        "- Uno <var>false</var>\n",
        "| <samp>false</samp> |\n| --- |\n| x |\n",
        "!!! note\n\n    <details><summary>x</summary><tt>false</tt></details>\n",
        "Una etiqueta <inventada> cualquiera.\n",
        "<!--> <samp>false</samp> -->\n",
        "Uno <!-- x --!> <samp>false</samp> -->\n",
        "<![CDATA[ > <samp>false</samp> ]]>\n",
        "<?x > <samp>false</samp> ?>\n",
    ],
)
def test_el_html_escrito_a_mano_no_vale(leer: Leer, html: str) -> None:
    dicho = queja(leer, f"{CABECERA}Texto.\n\n{html}")
    assert "HTML escrito a mano: <" in dicho
    assert "pagina.md:5: " not in dicho


@pytest.mark.parametrize(
    "escrito",
    [
        "Un `<id>` en código y `<!-- pytest -->` también.\n",
        '```text title="a.html"\n<samp>false</samp>\n```\n',
        "Menor: 2 < 3, y <https://docs.prefect.io>.\n",
        '<div class="grid cards" markdown>\n\n-   **Uno**\n\n</div>\n',
        "<!-- un comentario cualquiera -->\n\nTexto.\n",
    ],
)
def test_lo_que_no_es_html_a_mano_pasa(leer: Leer, escrito: str) -> None:
    assert leer(CABECERA + escrito).ruta.name == "pagina.md"


@pytest.mark.parametrize(
    ("escrito", "disfraces"),
    [
        ("`pip install prefect`\n", ["pip install prefect"]),
        ("- **`false`**\n", ["false"]),
        ("`uno`<br>`dos`\n", ["unodos"]),
        ("``bash\nfalse\n``\n", ["bash\nfalse"]),
        ("Mira: `uno\ndos`\n", ["uno\ndos"]),
        ("> `false`\n", ["false"]),
        ('++"false"++\n', ["false"]),
        ("false\n{ style='font-family: monospace' }\n", ["false"]),
        ("Pulsa ++ctrl+c++ para pararlo.\n", []),
        ("Término\n:   `false`\n", ["false"]),
        ("## `prefect deploy`\n\nUsa `x` aquí.\n", []),
        ("| `a` |\n| --- |\n| `b` |\n", []),
        ('!!! tip "`Un error`"\n\n    Texto.\n', []),
    ],
)
def test_el_codigo_en_linea_no_se_disfraza_de_bloque(
    escrito: str, disfraces: list[str]
) -> None:
    html = texto.configuracion().reset().convert(escrito)
    assert list(codigo_disfrazado(html)) == disfraces


@pytest.mark.parametrize(
    ("escrito", "linea", "problema", "remedio"),
    [
        ("\ufeff---\ntitle: x\n---\n", 1, "BOM", "UTF-8 sin BOM"),
        (b"# Caf\xe9\n", 1, "0xe9 no es UTF-8", "codificación UTF-8"),
        ("# Uno\n\nDos\x00\n", 3, "U+0000", "bórralo"),
        ("# Uno\n\n``\u00ad`bash\nfalse\n```\n", 3, "U+00AD", "bórralo"),
        ("# Uno\n\n\u202eesto\n", 3, "U+202E", "bórralo"),
        ("# Uno\n\n``\u200b`bash\nfalse\n```\n", 3, "U+200B", "bórralo"),
        ("\n---\ntitle: x\n---\n", 2, "no se reconoce", "primera línea"),
        (" ---\ntitle: x\n---\n", 1, "no se reconoce", "primera línea"),
        ("--- x\ntitle: x\n---\n", 1, "no se reconoce", "sin nada más"),
        ("---\ntitle: x\n---\n\n---\nhide: [toc]\n---\n", 5, "no se", "una sola"),
        ("—\ntitle: x\n—\n", 1, "no se reconoce", "«---»"),
        ("---\ntitle: x\n\n# Sin cerrar\n", 1, "no se reconoce", "«---»"),
        ("title: x\n\n# Uno\n", 1, "tomaría por cabecera", "título"),
        ("---\ntitle: [x\n---\n", 3, "no es YAML válido", "comillas"),
        ("---\ntitle: a: b\n---\n", 2, "no es YAML válido", "dos puntos"),
        ("---\n- uno\n---\n", 1, "clave: valor", "una clave por línea"),
        ("---\ntitle: x\ntitle: y\n---\n", 3, "«title» está repetida", "una sola"),
        ("---\ndescripcion: x\n---\n", 2, "«descripcion»", "«description»"),
        (
            "---\nverificasion: {servidor: apagado}\n---\n",
            2,
            "«verificasion»",
            "«verificacion»",
        ),
        (
            "---\nverificacion:\n  servidro: apagado\n---\n",
            3,
            "«verificacion.servidro»",
            "«servidor»",
        ),
        (
            "---\nverificacion:\n  servidor: off\n---\n",
            3,
            "no puede ser False",
            "'apagado'",
        ),
        ("---\nverificacion:\n  tty: sí\n---\n", 3, "'sí'", "true o false"),
        ("---\nverificacion: apagado\n---\n", 2, "'apagado'", "sus claves"),
        ("---\nverificacion:\n  carpeta: ../x\n---\n", 3, "'../x'", "sin «..»"),
        ("---\nverificacion:\n  limite_s: 0\n---\n", 3, "no puede ser 0", "mayor"),
        ("---\nhide: toc\n---\n", 2, "'toc'", "una lista"),
        ("---\nhide: [indice]\n---\n", 2, "'indice'", "'navigation'"),
        (
            "---\ncapturas:\n  uno:\n    ruta: /runs\n    visible: [x]\n"
            "    ventana: [1, 2]\n---\n",
            3,
            "falta «capturas.uno.alt»",
            "añade «alt: …»",
        ),
        (
            "---\ncapturas:\n  uno:\n    alt: Lo que se ve en la captura\n"
            "    ruta: /runs\n    visible: [x]\n    ventana: [1, 2]\n    pulsar: [y]\n---\n",
            8,
            "«capturas.uno.pulsar»",
            "«pulsa»",
        ),
    ],
)
def test_una_cabecera_que_no_vale(
    leer: Leer, escrito: str | bytes, linea: int, problema: str, remedio: str
) -> None:
    dicho = queja(leer, escrito)
    assert f"pagina.md:{linea}: " in dicho
    que, hacer = dicho.split("Qué hacer: ", 1)
    assert problema in que and remedio in hacer


def test_la_cabecera_llega_con_su_tipo(leer: Leer) -> None:
    leida = leer(
        "---\r\nverificacion:\r\n  servidor: apagado\r\n  carpeta: .\r\n  tty: true\r\n"
        f"  limite_s: 5\r\n---\r\n\r\n{ORDEN}"
    )
    assert leida.verificacion.opciones() == {
        "servidor": False,
        "carpeta": ".",
        "tty": True,
        "limite_s": 5,
    }
    assert leer(ORDEN).verificacion.opciones() == {"servidor": True}
    con_todo = "---\nverificacion:\n  programas: [caddy]\n  puertos: {A: 8443}\n---\n"
    opciones = leer(con_todo + ORDEN).verificacion.opciones()
    assert opciones == {"servidor": True, "puertos": {"A": 8443}}
    assert leer(CABECERA + ORDEN).bloques[0].linea == 5


@pytest.mark.parametrize(
    ("inclusion", "problema", "remedio"),
    [
        ('--8<-- "inicio/index/holas.py"', "falta snippets/inicio", "hola.py»?"),
        ('--8<-- "inicio/index/otra.txt"', "falta snippets/inicio", "«make salidas»"),
        ('--8<-- "inicio/otro.grafo.svg"', "falta snippets/inicio", "«make salidas»"),
        ('--8<-- "inicio/index/hola.py:nada"', "la sección «nada»", "márcala en"),
        ('--8<-- "inicio/index"', "falta snippets/inicio/index", "corrige"),
        ('--8< "inicio/index/hola.py"', "inclusión mal escrita", "sola en su línea"),
        ('- --8<-- "inicio/index/hola.py"', "inclusión mal escrita", "sola"),
        ("--8<-- inicio/index/hola.py", "inclusión mal escrita", "sola"),
        ('—8<— "inicio/index/hola.py"', "inclusión mal escrita", "sola"),
    ],
)
def test_una_inclusion_rota(
    leer: Leer, inclusion: str, problema: str, remedio: str
) -> None:
    dicho = queja(leer, f"{CABECERA}Texto.\n\n{inclusion}\n")
    assert "pagina.md:7: " in dicho
    que, hacer = dicho.split("Qué hacer: ", 1)
    assert problema in que and remedio in hacer


def test_al_actualizar_se_crea_la_salida_que_falta(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texto, "RAIZ", tmp_path)
    monkeypatch.setattr(texto, "SNIPPETS", tmp_path / "snippets")
    (tmp_path / "snippets" / "una").mkdir(parents=True)
    ruta = tmp_path / "pagina.md"
    ruta.write_text(f'{ORDEN}\n{SALIDA}\n\n```text\n--8<-- "una/nueva.txt"\n```\n')
    (orden,) = leer_pagina(ruta, crear_salidas=True).bloques
    assert orden.salida.codigo.startswith(texto.PENDIENTE)
    ruta.write_text(ruta.read_text().replace("una/nueva", "sin-carpeta/nueva"))
    with pytest.raises(PaginaRota, match="falta snippets/sin-carpeta"):
        leer_pagina(ruta, crear_salidas=True)


SALIDA = "<!--pytest-codeblocks:expected-output-->"
DE_SALIDA = f"{SALIDA}\n\n```text\nx\n```\n"


@pytest.mark.parametrize(
    ("escrito", "problema"),
    [
        (f"<!--pytest.mark.skip(reason=“o”)-->\n\n{ORDEN}", "comillas tipográficas"),
        (f"<!--pytest.mark.servicio-->\n\n{ORDEN}", "«servicio» no se escribe así"),
        (
            f'<!--pytest.mark.sin_orden--><!--pytest.mark.skip(reason="x")-->\n\n{ORDEN}',
            "no está sola",
        ),
        (f"<!-- pytest.mark.sin_orden -->\n\n{ORDEN}", "no se entiende"),
        (f"<!--pytest.mark.sin_orden -->\n\n{ORDEN}", "no se entiende"),
        (f"<!--PyTest.mark.sin_orden-->\n\n{ORDEN}", "no se entiende"),
        (f"<!--pytets.mark.sin_orden-->\n\n{ORDEN}", "no se entiende"),
        (f"<!--pytest.mark-->\n\n{ORDEN}", "no se entiende"),
        (f"<!--pytest-codeblocks:skipfile-->\n\n{ORDEN}", "no se entiende"),
        (f"<!--pytest-codeblocks:cont-->\n\n{ORDEN}", "no se entiende"),
        (f"<!--pytest-codeblocks: expected-output-->\n\n{ORDEN}", "no se entiende"),
        (f"<!--codeblocks:expected-output-->\n\n{ORDEN}", "no se entiende"),
        (f"<!--pytest.mark.xfail-->\n\n{ORDEN}", "no existe la marca «xfail»"),
        (f'<!--pytest.mark.fala("uno dos")-->\n\n{ORDEN}', "no existe la marca"),
        (f"<!--pytest.mark.falla-->\n\n{ORDEN}", "«falla» no se escribe así"),
        (f'<!--pytest.mark.falla("")-->\n\n{ORDEN}', "«falla» no se escribe así"),
        (f'<!--pytest.mark.falla("corto")-->\n\n{ORDEN}', "«falla» no se escribe"),
        (f'<!--pytest.mark.falla("   x   ")-->\n\n{ORDEN}', "«falla» no se escribe"),
        (f'<!--pytest.mark.falla("a" * 9)-->\n\n{ORDEN}', "«falla» no se escribe"),
        (f'<!--pytest.mark.sin_orden("x")-->\n\n{ORDEN}', "«sin_orden» no se escribe"),
        (f"<!--pytest.mark.sin_orden.x-->\n\n{ORDEN}", "«sin_orden» no se escribe"),
        (f"<!--pytest.mark.skip-->\n\n{ORDEN}", "«skip» no se escribe así"),
        (f'<!--pytest.mark.skip("x")-->\n\n{ORDEN}', "«skip» no se escribe así"),
        (f'<!--pytest.mark.skip(reason=" ")-->\n\n{ORDEN}', "«skip» no se escribe"),
        (f"<!--pytest.mark.skip(reason=f())-->\n\n{ORDEN}", "«skip» no se escribe"),
        (f"<!--pytest.mark.varia-->\n\n{ORDEN}", "«varia» no se escribe así"),
        (f'<!--pytest.mark.varia("")-->\n\n{ORDEN}', "«varia» no se escribe así"),
        (f"<!--pytest.mark.sin_orden->\n\n{ORDEN}", "sin terminar"),
        (f"<!-pytest.mark.sin_orden-->\n\n{ORDEN}", "sin terminar"),
        (f"pytest.mark.sin_orden\n\n{ORDEN}", "sin terminar"),
        (f"&lt;!--pytest.mark.sin_orden--&gt;\n\n{ORDEN}", "sin terminar"),
        (f"[//]: # (pytest.mark.skip)\n\n{ORDEN}", "sin terminar"),
        (f"Texto <!--pytest.mark.sin_orden-->\n\n{ORDEN}", "no está sola"),
        (f"- <!--pytest.mark.sin_orden-->\n\n{ORDEN}", "no está sola"),
        (f"<!--pytest.mark.\nsin_orden-->\n\n{ORDEN}", "no está sola"),
        (
            f'{ORDEN}\n<!--pytest.mark.skip(reason="x")-->\n',
            "«skip» no tiene un bloque detrás",
        ),
        (
            f'<!--pytest.mark.skip(reason="x")-->\n\nTexto.\n\n{ORDEN}',
            "«skip» no tiene un bloque detrás",
        ),
        (f"{ORDEN}\n{SALIDA}\n\nTexto.\n\n```text\nx\n```\n", "no tiene un bloque"),
        (DE_SALIDA, "sin ninguna orden antes"),
        (f"{ORDEN}\n{DE_SALIDA}\n{DE_SALIDA}", "ya tiene otra salida"),
        (f"{ORDEN}\n{SALIDA}\n\n{ORDEN}", "en un bloque «bash»"),
        (f'{ORDEN}\n{SALIDA}\n\n```text title="x.txt"\nx\n```\n', "o con título"),
        (f"{ORDEN}\n{SALIDA}\n\n{SALIDA}\n\n```text\nx\n```\n", "está repetida"),
        (f"{TITULADO}{DE_SALIDA}", "que no es una orden"),
        (
            f'<!--pytest.mark.skip(reason="x")-->\n\n{ORDEN}\n{DE_SALIDA}',
            "que no es una orden",
        ),
        (f"<!--pytest.mark.sin_orden-->\n\n{ORDEN}", "no tiene salida esperada"),
        (f'<!--pytest.mark.varia("fecha")-->\n\n{ORDEN}', "no tiene salida esperada"),
        (
            f"{ORDEN}\n<!--pytest.mark.sin_orden-->\n\n{DE_SALIDA}",
            "va antes de la orden, no de su salida",
        ),
        (f'<!--pytest.mark.falla("uno dos")-->\n\n{TITULADO}', "es de las órdenes"),
        (
            f'<!--pytest.mark.falla("uno dos")-->\n<!--pytest.mark.falla("tres uno")-->\n'
            f"\n{ORDEN}",
            "está repetida",
        ),
        (
            '<!--pytest.mark.falla("uno dos")-->\n<!--pytest.mark.servicio("listo")-->\n'
            f"\n{ORDEN}",
            "no puede llevar también «falla»",
        ),
        (
            '<!--pytest.mark.skip(reason="x")-->\n<!--pytest.mark.falla("uno dos")-->\n'
            f"\n{ORDEN}",
            "más marcas que «skip»",
        ),
    ],
)
def test_una_marca_mal_escrita_o_mal_puesta(
    leer: Leer, escrito: str, problema: str
) -> None:
    assert problema in queja(leer, CABECERA + escrito)


def test_las_marcas_bien_escritas_llegan_a_su_bloque(leer: Leer) -> None:
    leida = leer(
        f'{CABECERA}- Uno\n\n    <!--pytest.mark.falla("No existe «x»")-->\n'
        "    <!--pytest.mark.sin_orden-->\n\n    ```bash\n    ls\n    ```\n\n"
        f'<!--pytest.mark.varia("fecha", "puerto")-->\n{DE_SALIDA}'
    )
    (orden,) = leida.bloques
    assert orden.marcas["falla"].args == ("No existe «x»",)
    assert orden.marcas["varia"].args == ("fecha", "puerto")
    assert "sin_orden" in orden.marcas
    assert orden.salida.codigo == "x\n"


def test_lo_que_varia_es_de_lo_declarable(
    leer: Leer, monkeypatch: pytest.MonkeyPatch
) -> None:
    forma = replace(marcas.FORMAS["varia"], textos_validos=frozenset({"fecha"}))
    monkeypatch.setitem(marcas.FORMAS, "varia", forma)
    assert leer(f'<!--pytest.mark.varia("fecha")-->\n{ORDEN}\n{DE_SALIDA}').bloques
    dicho = queja(leer, f'<!--pytest.mark.varia("hora")-->\n{ORDEN}\n{DE_SALIDA}')
    assert "«varia» no se escribe así" in dicho and "con alguno de fecha" in dicho


@pytest.mark.parametrize("escrito", ["", "\n", "  \n\n"])
def test_una_pagina_vacia_se_lee(leer: Leer, escrito: str) -> None:
    assert leer(escrito).bloques == []


@pytest.mark.parametrize(
    "titulo",
    ["", " ", "/etc/x.py", "../x.py", "a/../../x.py", "x/", "./x.py", "a b.py"],
)
def test_un_titulo_que_no_es_un_archivo_de_la_carpeta(leer: Leer, titulo: str) -> None:
    dicho = queja(leer, f'{CABECERA}```python title="{titulo}"\n{HOLA}```\n')
    assert "no es un archivo de la carpeta del lector" in dicho


def test_dos_titulos_que_solo_cambian_en_mayusculas(leer: Leer) -> None:
    otro = TITULADO.replace("hola.py", "Hola.py", 1)
    assert "serían el mismo archivo" in queja(leer, CABECERA + TITULADO + otro)


@pytest.mark.parametrize(
    ("escrito", "problemas"),
    [
        (TITULADO + f"```python\n{HOLA}```\n", []),
        (TITULADO + '```python\n--8<-- "inicio/index/hola.py:2:3"\n```\n', []),
        (TITULADO + '```python\n--8<-- "inicio/index/hola.py:7:14"\n```\n', []),
        (
            TITULADO
            + '```python\n--8<-- "inicio/index/hola.py:7:7"\n'
            + '--8<-- "inicio/index/hola.py:14:14"\n```\n',
            ["sin título"],
        ),
        (f"```python\n{HOLA}```\n", ["sin título"]),
        (TITULADO + f"```python\n{HOLA}esto_no_existe()\n```\n", ["sin título"]),
        (TITULADO + "```python\nprint()\n```\n", ["sin título"]),
        (
            TITULADO
            + '```python\n--8<-- "inicio/index/hola.py:6:8"\n'
            + '--8<-- "inicio/index/hola.py:1:3"\n```\n',
            ["sin título"],
        ),
        ('```python title="x.py"\nprint()\n```\n', ["escrito a mano"]),
        (f'```python title="x.py"\n{HOLA}print()\n```\n', ["escrito a mano"]),
    ],
)
def test_lo_que_se_publica_de_un_programa_es_lo_que_se_ejecuta(
    leer: Leer, escrito: str, problemas: list[str]
) -> None:
    encontrados = juicio(leer(CABECERA + escrito))
    assert len(encontrados) == len(problemas)
    for problema, esperado in zip(encontrados, problemas, strict=True):
        assert esperado in problema.que


README = "# Título\n\n```bash\nls\n```\n\nTexto.\n"


@pytest.mark.parametrize(
    ("escrito", "problema"),
    [
        ("Así también:\n\n    make no-existe\n", "se publica sin que nadie"),
        ("- Uno\n\n        make no-existe\n", "se publica sin que nadie"),
        ("`make no-existe`\n", "código en línea que se lee como un bloque"),
        ("``bash\nmake no-existe\n``\n", "código en línea que se lee como un bloque"),
    ],
)
def test_el_readme_cuadra_como_las_paginas(
    leer: Leer, escrito: str, problema: str
) -> None:
    assert not libro.asiento(leer(README), libro.como_github(README))
    entero = f"{README}\n{escrito}"
    (encontrado,) = libro.asiento(leer(entero), libro.como_github(entero))
    assert problema in encontrado.que
    assert encontrado.donde.linea > 7


@pytest.mark.parametrize(
    "escrito", ["<pre>make tampoco</pre>\n", "```bash\nmake nada\n", "<code>x</code>\n"]
)
def test_el_readme_se_lee_como_las_paginas(leer: Leer, escrito: str) -> None:
    assert "pagina.md:9: " in queja(leer, README + "\n" + escrito)


def test_el_libro_ve_lo_que_el_recolector_no(leer: Leer) -> None:
    leida = leer("```bash\nls\n```\n\n    sangrado = 1\n")
    html = "<pre><code>ls\n</code></pre><pre><code>sangrado = 1\n</code></pre>"
    (descuadre,) = libro.descuadres(leida, libro.bloques_publicados(html))
    assert "sangrado = 1" in descuadre.que
    assert descuadre.donde.linea == 5


def test_los_bloques_se_publican_en_el_orden_en_que_se_ejecutan(leer: Leer) -> None:
    leida = leer("```bash\nls\n```\n\n```bash\npwd\n```\n")
    assert not libro.descuadres(leida, ["ls\n", "pwd\n"])
    (problema,) = libro.descuadres(leida, ["pwd\n", "ls\n"])
    assert "en otro orden" in problema.que


def test_los_archivos_de_los_editores_no_son_paginas_ni_fragmentos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "buena.md").write_text("# Buena\n")
    (tmp_path / "otra.html").write_text("<pre>false</pre>")
    (tmp_path / ".#buena.md").symlink_to("ana@pc.1:1")
    (tmp_path / "._buena.md").write_bytes(b"\0\5\26\7\377")
    for resto in (".buena.md.swp", "buena.md~", "#buena.md#", "buena.md.swp"):
        (tmp_path / resto).write_bytes(b"\0")
    configuracion = texto.load_config(
        str(texto.RAIZ / "mkdocs.yml"), docs_dir=str(tmp_path)
    )
    monkeypatch.setattr(pagina, "sitio_configurado", lambda: configuracion)
    monkeypatch.setattr(pagina, "DOCS", tmp_path)
    monkeypatch.setattr(pagina, "SNIPPETS", tmp_path)
    assert pagina.paginas() == [tmp_path / "buena.md", pagina.README]
    assert pagina.sin_verificar() == [tmp_path / "otra.html"]
    assert {f.name for f in pagina.fragmentos()} == {"buena.md", "otra.html"}


@pytest.mark.parametrize(
    ("cambio", "otro"),
    [
        ("../nueva/", "../no-existe/"),
        ('url=../nueva/"', 'url=https://otra.invalid/"'),
        ("</html>", "<pre>false</pre></html>"),
    ],
)
def test_una_direccion_anterior_solo_lleva_a_la_nueva(
    tmp_path: Path, cambio: str, otro: str
) -> None:
    escrita = (pagina.DOCS / "ejercicios/08-parametros/index.html").read_text("utf-8")
    escrita = escrita.replace("../02-parametros/", "../nueva/")
    (tmp_path / "nueva.md").touch()
    archivo = tmp_path / "vieja/index.html"
    archivo.parent.mkdir()
    archivo.write_text(escrita, "utf-8")
    assert pagina.es_mudanza(archivo)

    assert cambio in escrita
    archivo.write_text(escrita.replace(cambio, otro), "utf-8")
    assert not pagina.es_mudanza(archivo)


def test_el_readme_explica_todas_las_marcas() -> None:
    explicadas = re.findall(
        r"`<!--pytest\.mark\.(\w+)", pagina.README.read_text("utf-8")
    )
    assert sorted(explicadas) == sorted(marcas.FORMAS)
