"""Los dibujos: salen de la ejecución, se nota si cambian y nadie los ha retocado."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from motor.rutas import SNIPPETS
from verificador import plugin
from verificador.figuras import cronograma, esquema, grafo
from verificador.pagina import leer_pagina
from verificador.problemas import PaginaRota
from verificador.repaso import BloqueRoto, Repaso

DEPENDENCIAS = "tutorial/dependencias"
COMBINAR = "tutorial/combinar-tasks"
Repasar = Callable[[str, str, str], None]


@pytest.fixture
def repasar(pytestconfig: pytest.Config, tmp_path: Path) -> Repasar:
    """Repasa una página con un programa, al que antes se le hace un cambio, y su figura."""

    def repasar_figura(programa: str, cambio: str, figura: str) -> None:
        ruta = tmp_path / "pagina.md"
        ruta.write_text(
            f'''```python title="programa.py"\n--8<-- "{programa}"\n```

```bash
sed -i '{cambio}' programa.py
python programa.py
```

--8<-- "{figura}"
''',
            "utf-8",
        )
        repaso = Repaso(leer_pagina(ruta), pytestconfig.stash[plugin.TALLER])
        for bloque in repaso.pagina.bloques:
            repaso.ejecutar(bloque)

    return repasar_figura


@pytest.mark.parametrize(
    ("figura", "cambio", "diferencia"),
    [
        (f"{DEPENDENCIAS}/tres_tareas.cronograma.svg", "", ""),
        # Una tarea más.
        (
            f"{DEPENDENCIAS}/tres_tareas.cronograma.svg",
            's/"ventas"\\]/"ventas", "tiendas"]/',
            r"\+.*descargar tiendas: trabaja, Completed",
        ),
        # Lo que iba a la vez, en fila.
        (
            f"{DEPENDENCIAS}/tres_tareas.cronograma.svg",
            "s/descargar.submit(/descargar(/; s/descarga.result()/pass/",
            r"-enviadas.*: a la vez\n(?s:.*)\+enviadas.*: una tras otra",
        ),
        (f"{COMBINAR}/esperar.grafo.svg", "", ""),
        (
            f"{COMBINAR}/esperar.grafo.svg",
            "s/, wait_for=.limpieza.//",
            r"-.*limpiar->.*cargar: espera",
        ),
        (f"{DEPENDENCIAS}/pipeline_dependencias.grafo.svg", "", ""),
        # Otro nombre, y otro estado.
        (
            f"{DEPENDENCIAS}/pipeline_dependencias.grafo.svg",
            "s/combinar/unir/",
            r"-.*combinar: Completed(?s:.*)\+.*unir: Completed",
        ),
    ],
)
def test_un_dibujo_que_no_es_lo_que_ha_pasado_falla(
    repasar: Repasar, figura: str, cambio: str, diferencia: str
) -> None:
    programa = f"{figura.partition('.')[0]}.py"
    if not diferencia:
        repasar(programa, cambio, figura)
        return
    with pytest.raises(BloqueRoto, match=diferencia) as error:
        repasar(programa, cambio, figura)
    assert f"{Path(figura).name} no es lo que ha pasado" in str(error.value)
    assert "make salidas" in str(error.value)


def test_lo_que_coincide_a_medias_no_se_compara(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Lo que iba a la vez puede coincidir solo en parte, pero no ir en fila."""

    def van(*ratos: tuple[float, float]) -> list[cronograma.Barra]:
        return [
            cronograma.Barra("f", f"tarea {n}", "Completed", "trabaja", *rato)
            for n, rato in enumerate(ratos)
        ]

    def difiere(*reales: tuple[float, float]) -> str:
        monkeypatch.setattr(cronograma, "leer", lambda _: van((0, 1), (0.1, 1.1)))
        monkeypatch.setattr(cronograma, "barras_de", lambda _: van(*reales))
        return cronograma.diferencia("", [])

    assert not difiere((0, 1), (0.5, 1.5))
    assert difiere((0, 1), (1.1, 2.1))


def test_una_figura_necesita_una_orden(tmp_path: Path) -> None:
    pagina = tmp_path / "pagina.md"
    pagina.write_text(f'--8<-- "{COMBINAR}/esperar.grafo.svg"\n', "utf-8")
    with pytest.raises(PaginaRota, match="ninguna orden de la página produce"):
        leer_pagina(pagina)


@pytest.mark.figuras
@pytest.mark.parametrize(
    "figura",
    # Las gráficas del banco, en test_banco.py: salen de lo medido, no de una ejecución.
    sorted(set(SNIPPETS.rglob("*.svg")) - set(SNIPPETS.rglob("*.grafica.svg"))),
    ids=lambda ruta: ruta.name,
)
def test_nadie_ha_retocado_un_dibujo(figura: Path) -> None:
    """Volver a dibujar lo que se lee en él da el mismo dibujo.

    Las medidas de un grafo o de un esquema dependen de la versión de Graphviz: esas no se comparan.
    """
    actual = figura.read_text("utf-8")
    if figura.name.endswith(".cronograma.svg"):
        assert cronograma.publicar(cronograma.leer(actual)) == actual
        return
    otra_vez = (
        esquema.dibujar(esquema.leer(actual))
        if figura.name.endswith(".esquema.svg")
        else grafo.publicar(grafo.leer(actual))
    )
    assert sin_medidas(otra_vez) == sin_medidas(actual)


def sin_medidas(svg: str) -> str:
    return re.sub(
        r" (?:points|d|x|y|width|height|viewBox|transform)=\"[^\"]*\"", "", svg
    )
