"""El buscador del navegador ante lo que teclea un estudiante: `busquedas.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from motor.rutas import DOCS

if TYPE_CHECKING:
    from conftest import Abrir

pytestmark = pytest.mark.figuras

LISTA = Path(__file__).with_name("busquedas.toml")
# Las páginas en las que acaba cada consulta, en su orden. Pregunta al mismo proceso que la
# casilla de búsqueda, con los mismos mensajes: teclear más de cien veces tardaría minutos.
PREGUNTAR = """
async (consultas) => {
  const { base, search } = JSON.parse(document.getElementById("__config").textContent)
  const raiz = new URL(base + "/", location)
  const { config, docs } = await (await fetch(new URL("search/search_index.json", raiz))).json()
  const buscador = new Worker(new URL(search, location))
  const respuesta = (type, data) =>
    new Promise((listo) => {
      buscador.onmessage = (mensaje) => listo(mensaje.data.data)
      buscador.postMessage({ type, data })
    })
  await respuesta(0, { config, docs, options: { suggest: false } })
  const halladas = {}
  for (const consulta of consultas) {
    const { items } = await respuesta(2, consulta)
    halladas[consulta] = items.map(([primero]) => primero.location.split("#")[0])
  }
  buscador.terminate()
  return halladas
}
"""


def leer_lista() -> dict[str, list[str]]:
    """Cada consulta, con las páginas que le sirven."""
    grupos = tomllib.loads(LISTA.read_text("utf-8")).values()
    return {consulta: suyas for grupo in grupos for consulta, suyas in grupo.items()}


def puesto(halladas: list[str], valen: list[str]) -> int:
    """En qué lugar sale la primera que vale, desde 1; o 0, si ninguna."""
    lugares = (n for n, una in enumerate(halladas, 1) if una.strip("/") in valen)
    return next(lugares, 0)


def test_cada_pagina_de_la_lista_existe() -> None:
    for pagina in {una for suyas in leer_lista().values() for una in suyas}:
        archivo, indice = DOCS / f"{pagina}.md", DOCS / pagina / "index.md"
        assert archivo.exists() or indice.exists(), pagina


def test_lo_que_se_busca_sale_entre_las_tres_primeras(abrir: Abrir, web: str) -> None:
    lista = leer_lista()
    assert len(lista) >= 60

    halladas = abrir(web).evaluate(PREGUNTAR, list(lista))

    puestos = {una: puesto(halladas[una], valen) for una, valen in lista.items()}
    malas = {una: halladas[una][:4] for una, lugar in puestos.items() if lugar != 1}
    assert all(halladas.values()), [una for una in lista if not halladas[una]]
    entre_tres = sum(1 <= lugar <= 3 for lugar in puestos.values())
    assert entre_tres >= 0.95 * len(lista), malas
    assert sum(lugar == 1 for lugar in puestos.values()) >= 0.8 * len(lista), malas


@pytest.mark.parametrize(
    "palabra", ["dependencias", "reintentos", "programacion", "instalacion", "horarios"]
)
def test_se_perdona_una_errata(abrir: Abrir, web: str, palabra: str) -> None:
    """La que sea: una letra de menos en cualquier sitio, o dos cambiadas de orden."""
    erratas = {palabra[:n] + palabra[n + 1 :] for n in range(len(palabra))}
    erratas |= {
        palabra[:n] + palabra[n + 1] + palabra[n] + palabra[n + 2 :]
        for n in range(len(palabra) - 1)
    }

    halladas = abrir(web).evaluate(PREGUNTAR, [palabra, *erratas])

    (primera, *_) = halladas[palabra]
    assert [e for e in erratas if primera not in halladas[e][:3]] == []
