"""La prosa de una página falla cuando afirma lo que nada sostiene.

Cada caso escribe una página alrededor de un programa de la guía y dice qué tiene que
contestar el verificador. Nada de aquí ejecuta un bloque.
"""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest

from motor.rutas import DOCS, README
from verificador.libro import leer_todas
from verificador.pagina import Pagina, leer_pagina
from verificador.prosa import (
    fuentes,
    juicio,
    letras,
    nombres,
    recuento,
    resaltado,
    valores,
)
from verificador.prosa.clases import clasificar
from verificador.prosa.lectura import CON_ETIQUETA, prosa
from verificador.prosa.marcas import Clase
from verificador.prosa.renovar import renovar

PROGRAMA = "tutorial/reintentos/avisar_siempre"
PAGINA = f"""\
# Página

## Sección {{ #seccion }}

```python title="avisar_siempre.py"
--8<-- "{PROGRAMA}.py"
```

```bash
python avisar_siempre.py
```

<!--pytest-codeblocks:expected-output-->

```text
--8<-- "{PROGRAMA}.txt"
```

--8<-- "{PROGRAMA}.grafo.svg"

"""
PRUEBA = "[✓][test_una_marca_cubre_hasta_la_anterior]"
Leer = Callable[[str], Pagina]
PIE = "/// caption\n{}\n///\n"


def quejas(leer: Leer, escrito: str) -> str:
    """Los problemas de una página con ese texto; siempre con línea y remedio."""
    hallados = [*map(str, juicio.problemas(leer(PAGINA + escrito)))]
    for problema in hallados:
        assert re.match(r"\S*\.md:\d+: .+\nQué hacer: .+", problema, re.DOTALL)
    return "\n".join(hallados)


@pytest.mark.parametrize(
    ("escrito", "problema"),
    [
        pytest.param("El flow falla.", "nada sostiene «El flow falla.»", id="nada"),
        pytest.param(
            "El flow falla [✓](#seccion).", "no dice qué lo demuestra", id="sin texto"
        ),
        pytest.param(
            'El flow termina bien [✓](#seccion "Finished in state Listo").',
            "ningún programa, salida ni figura dice «Finished in state Listo»",
            id="texto falso",
        ),
        pytest.param(
            'El flow falla [✓](#otra "Failed").', "no existe la sección", id="sección"
        ),
        pytest.param(
            f"Falla tambien {PRUEBA}.", "«tambien» no está en el dic", id="ortografía"
        ),
        pytest.param("Abre tu workflow.", "«workflow» no está", id="otra lengua"),
        pytest.param("Falla [✓][test_de_nada].", "no existe la prueba", id="prueba"),
        pytest.param(
            "Falla en otros sistemas [doc](../referencia/fuentes.md#nada).",
            "no es una fuente",
            id="fuente",
        ),
        pytest.param(
            "Espera [30][PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS] segundos.",
            "la página dice «30» y [PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS] es 20",
            id="valor por omisión",
        ),
        pytest.param(
            "Hay [cuatro][len(productos)] productos.",
            "y [len(productos)] es",
            id="cuenta",
        ),
        pytest.param(
            "Hay [4][prefect.flow(retriez)].", "no tiene un valor", id="parámetro"
        ),
        pytest.param(
            "Hay [4][avisar_siempre.py: vueltas=#].", "no está en", id="contexto"
        ),
        pytest.param(
            f"Tarda 3 segundos {PRUEBA}.", "«3» está escrito a mano", id="cifra"
        ),
        pytest.param("Usa tres tasks.", "«tres» está escrito a mano", id="letras"),
        pytest.param(
            f"La columna `fecha_altax` es un día {PRUEBA}.",
            "`fecha_altax` no",
            id="columna",
        ),
        pytest.param(f"Pon `retriez=3` {PRUEBA}.", "`retriez=3` no está", id="opción"),
        pytest.param(
            f"`prefect server start --hots` {PRUEBA}",
            "`prefect server start --hots`",
            id="CLI",
        ),
        pytest.param(
            f"Termina en `Compleated` {PRUEBA}.", "`Compleated` no está", id="estado"
        ),
        pytest.param(
            PIE.format("Dos flechas." + PRUEBA), "no cita nada de su figura", id="pie"
        ),
        pytest.param(
            PIE.format(
                '`publicar` depende de `avisar` [✓](#seccion "avisar → publicar").'
            ),
            "dice «avisar → publicar»",
            id="flecha falsa",
        ),
        pytest.param(
            PIE.format(
                '`avisar` depende de `cargar` [✓](#seccion "cargar → publicar").'
            ),
            "el pie habla de `avisar` y no cita",
            id="otra flecha",
        ),
        pytest.param(
            PIE.format('Van a la vez [✓](#seccion "cargar → publicar").'),
            "el pie dice «a la vez»",
            id="a la vez",
        ),
        pytest.param(
            PIE.format(
                '`cargar` [✓](#seccion "cargar: Failed") va delante de `avisar` '
                '[✓](#seccion "publicar: NotReady").'
            ),
            "el pie habla de `avisar` y no cita",
            id="cada tramo, lo suyo",
        ),
        pytest.param(
            "## Pruébalo { #pruebalo }\n\n1. Quita algo.<!--consejo-->\n",
            "ninguna prueba hace lo que propone",
            id="pruébalo",
        ),
        pytest.param("Falla [✓] [test_x].", "una marca mal escrita", id="marca rota"),
        pytest.param("Falla.<!--sin prueba-->", "sin motivo", id="sin motivo"),
    ],
)
def test_una_afirmacion_que_nada_sostiene(
    leer: Leer, escrito: str, problema: str
) -> None:
    assert problema in quejas(leer, escrito)


@pytest.mark.parametrize(
    "escrito",
    [
        f"Falla. Y avisa {PRUEBA}.",
        'Falla [✓](#seccion "Finished in state Failed").',
        "Usa `allow_failure` con cuidado.",
        "¿Qué pasa si falla?",
        "Siguiente: [otra](otra.md).",
        "Es mejor así.<!--consejo-->",
        "Lee [3036][len(ventas)] filas, o [36][ventas.duplicated().sum()].",
        f"Lo que pasa: {PRUEBA}\n\n- falla;\n- avisa.",
        f"| Uno | Dos {PRUEBA} |\n|---|---|\n| falla | avisa |",
        f"`fecha_alta`, `prefect server start --host` y `retries` existen {PRUEBA}.",
        PIE.format('`avisar` depende de `cargar` [✓](#seccion "cargar → avisar").'),
    ],
)
def test_una_afirmacion_que_algo_sostiene(leer: Leer, escrito: str) -> None:
    assert not quejas(leer, escrito)


def test_una_marca_cubre_hasta_la_anterior(leer: Leer) -> None:
    texto = f"Una. Dos {PRUEBA}. Vale [3036][len(ventas)]. Cuatro.<!--consejo--> Cinco."
    (*_, unidad) = prosa(leer(PAGINA + texto))
    clases = [c.clase for c in clasificar(unidad)]
    assert clases == [Clase.PRUEBA, Clase.PRUEBA, Clase.VALOR, Clase.CONSEJO, None]


@pytest.mark.parametrize(
    ("escrito", "real", "vale"),
    [
        ("3036", "3036", True),
        ("3035", "3036", False),
        ("tres", "3", True),
        ("cuatro", "3", False),
        ("3", "3.04", True),
        ("3.1", "3.04", False),
        ("0.2", "0.2", True),
        ("3.9", "3.9.1", True),
        ("3.8", "3.9.1", False),
        ("Treinta y una", "31", True),
    ],
)
def test_un_valor_se_escribe_en_cifras_en_letras_o_abreviado(
    escrito: str, real: str, vale: bool
) -> None:
    assert valores.coincide(escrito, real) is vale


def test_los_numeros_en_letras_llegan_a_cien() -> None:
    assert letras.valor_de("noventa y nueve") == 99
    assert letras.EN_LETRAS.findall("Los dos, y un tercio de cien") == ["dos", "cien"]


def test_lo_que_se_resalta_lo_nombra_una_marca(leer: Leer) -> None:
    a_mano = PAGINA.replace('siempre.py"\n--8', 'siempre.py" hl_lines="3"\n--8', 1)
    (problema,) = resaltado.problemas(leer(a_mano))
    assert "escritos a mano" in problema.que

    marca = '<!--pytest.mark.resalta("from prefect import")-->\n\n```python'
    otra_linea = a_mano.replace("```python", marca, 1).replace('"3"', '"99"')
    pagina = leer(otra_linea)
    (problema,) = resaltado.problemas(pagina)
    assert 'se resalta hl_lines="99"' in problema.que

    assert renovar(pagina)
    assert not list(resaltado.problemas(leer(pagina.ruta.read_bytes())))


def test_lo_que_ya_no_esta_no_se_puede_resaltar(leer: Leer) -> None:
    marca = '<!--pytest.mark.resalta("no está")-->\n\n```python'
    (problema,) = resaltado.problemas(leer(PAGINA.replace("```python", marca, 1)))
    assert "ninguna línea dice «no está»" in problema.que


def test_lo_que_se_resalta_en_una_salida_esta_en_ella(leer: Leer) -> None:
    marca = '<!--pytest.mark.resalta("{}")-->\n\n<!--pytest-codeblocks'
    pagina = leer(PAGINA.replace("<!--pytest-codeblocks", marca.format("Failed(")))
    (problema,) = resaltado.problemas(pagina)
    assert problema.donde == pagina.bloques[1].salida.origen
    assert renovar(pagina)
    escrita = pagina.ruta.read_text("utf-8")
    assert '```text hl_lines="' in escrita
    assert not list(resaltado.problemas(leer(escrita.encode())))

    en_el_programa = PAGINA.replace("<!--pytest-codeblocks", marca.format("@flow"))
    (problema,) = resaltado.problemas(leer(en_el_programa))
    assert "ninguna línea dice «@flow»" in problema.que
    (problema,) = resaltado.problemas(
        leer(PAGINA.replace("```text", '```text hl_lines="1"'))
    )
    assert "escritos a mano" in problema.que


def test_al_actualizar_se_escribe_el_valor_de_hoy(leer: Leer) -> None:
    pagina = leer(
        PAGINA + "Hay [9][len(ventas)] y [dos][len(data)] y [dos][1 + len(ventas)]."
    )
    assert renovar(pagina)
    texto = pagina.ruta.read_text("utf-8")
    assert "[3036][len(ventas)] y [dos][len(data)] y [3037][1 + len(ventas)]" in texto


def test_toda_fuente_la_cita_alguna_pagina() -> None:
    paginas = [p for p in leer_todas() if p.ruta.is_relative_to(DOCS)]
    citadas = {d.partition("#")[2] for d in recuento.citas(paginas, Clase.FUENTE)}
    assert set(fuentes.apartados()) == citadas


def test_toda_excepcion_hace_falta() -> None:
    """Un código que ya existe, o que nadie escribe, sale de la lista."""
    escritos = {
        codigo
        for pagina in leer_todas()
        for unidad in prosa(pagina)
        for frase in unidad.frases
        for codigo in frase.codigos
    }
    assert not set(nombres.excepciones()) - escritos


def test_los_ejemplos_del_readme_dicen_el_valor_de_hoy() -> None:
    """Van como código, que nadie juzga: los que se pueden calcular desde ahí, se calculan."""
    pagina, calculados = leer_pagina(README), []
    for escrito, etiqueta in CON_ETIQUETA.findall(README.read_text("utf-8")):
        with suppress(valores.SinValor):
            calculados.append((escrito, valores.valor(etiqueta, pagina)))
    assert len(calculados) >= 4
    assert all(valores.coincide(escrito, real) for escrito, real in calculados)
