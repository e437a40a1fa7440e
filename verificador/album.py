"""Las capturas de las páginas: dónde se guardan, con qué se hicieron y si hay que repetirlas.

Una página declara una captura en su cabecera y la coloca incluyendo `<nombre>.captura.md`,
que se escribe al hacerla: las dos imágenes, clara y oscura, y la huella de aquello con lo
que se hizo. Se hace tras la orden que la precede, así que enseña lo que el lector vería.
"""

import hashlib
import json
import os
from importlib.metadata import version
from pathlib import Path

from motor.rutas import DOCS, SNIPPETS
from verificador.figuras.capturas import TEMAS, Captura, CapturaRota
from verificador.figuras.clases import ClaseDeFigura, clase_de, nombre_de
from verificador.figuras.navegador import Navegador
from verificador.origen import relativa
from verificador.pagina import Bloque, Pagina
from verificador.problemas import Problema

ALBUM = DOCS / "assets" / "capturas"


def capturas_de(bloque: Bloque) -> list[Path]:
    """Las capturas que se hacen tras un bloque."""
    return [f for f in bloque.figuras if clase_de(f) is ClaseDeFigura.CAPTURA]


def foto(figura: Path, tema: str) -> Path:
    """Dónde está la imagen de una captura en un tema."""
    carpeta = ALBUM / figura.parent.relative_to(SNIPPETS)
    return carpeta / f"{nombre_de(figura)}.{tema}.webp"


def declaracion(pagina: Pagina, figura: Path) -> Captura:
    """Lo que la cabecera de la página dice de una captura.

    Raises:
        CapturaRota: si no dice nada, o no lo que debe.
    """
    nombre = nombre_de(figura)
    if nombre not in pagina.capturas:
        raise CapturaRota(f"la cabecera no declara la captura «{nombre}»")
    return Captura.desde_yaml(nombre, pagina.capturas[nombre])


def huella(pagina: Pagina, figura: Path) -> str:
    """Resume aquello de lo que depende una captura: si cambia, hay que repetirla.

    Es su declaración, los programas y órdenes de la página hasta ella y la versión de Prefect.
    """
    bloque = next(b for b in pagina.bloques if figura in b.figuras)
    previos = pagina.bloques[: pagina.bloques.index(bloque) + 1]
    partes = [
        version("prefect"),
        pagina.capturas.get(nombre_de(figura)),
        [b.valla.codigo for b in previos],
    ]
    return hashlib.sha256(json.dumps(partes).encode()).hexdigest()[:16]


def caduca(pagina: Pagina, figura: Path) -> str:
    """Por qué hay que repetir una captura; vacío si vale la que hay."""
    if faltan := [f for tema in TEMAS if not (f := foto(figura, tema)).exists()]:
        return f"falta {relativa(faltan[0])}"
    if f"huella {huella(pagina, figura)} " not in figura.read_text("utf-8"):
        return "es anterior a un cambio de sus programas, su declaración o Prefect"
    return ""


def problemas(pagina: Pagina) -> list[Problema]:
    """Lo que está mal en las capturas de una página, sin abrir el navegador."""
    encontrados = []
    colocadas = [f for bloque in pagina.bloques for f in capturas_de(bloque)]
    for figura in colocadas:
        lugar = pagina.lugar("capturas", nombre_de(figura))
        try:
            declaracion(pagina, figura)
            motivo, remedio = caduca(pagina, figura), "«make salidas» la hace de nuevo."
        except CapturaRota as error:
            motivo, remedio = str(error), "corrige la cabecera de la página."
        if motivo:
            que = f"captura {relativa(figura)}: {motivo}"
            encontrados.append(Problema(lugar, que, remedio))
    nombres = {nombre_de(figura) for figura in colocadas}
    for nombre in pagina.capturas.keys() - nombres:
        que = f"la cabecera declara la captura «{nombre}» y la página no la enseña"
        remedio = (
            f"inclúyela con --8<-- «…/{nombre}{ClaseDeFigura.CAPTURA}», o bórrala."
        )
        encontrados.append(Problema(pagina.lugar("capturas", nombre), que, remedio))
    return encontrados


def revisar(
    navegador: Navegador,
    pagina: Pagina,
    figura: Path,
    servidor: str,
    valores: dict[str, str],
) -> None:
    """Comprueba que la captura podría hacerse ahora.

    Raises:
        CapturaRota: si la interfaz no enseña lo declarado.
    """
    navegador.revisar(declaracion(pagina, figura), servidor, valores)


def revelar(
    navegador: Navegador,
    pagina: Pagina,
    figura: Path,
    servidor: str,
    valores: dict[str, str],
) -> None:
    """Hace una captura y escribe sus dos imágenes y el texto que las pone en la página.

    Raises:
        CapturaRota: si la interfaz no enseña lo declarado.
    """
    captura = declaracion(pagina, figura)
    lineas = [
        f"<!-- Prefect {version('prefect')}, huella {huella(pagina, figura)} -->\n"
    ]
    for tema, esquema in TEMAS.items():
        imagen, ancho, alto = navegador.fotografiar(captura, servidor, tema, valores)
        destino = foto(figura, tema)
        destino.parent.mkdir(parents=True, exist_ok=True)
        destino.write_bytes(imagen)
        ruta = Path(os.path.relpath(destino, pagina.ruta.parent)).as_posix()
        lineas.append(
            f"![{captura.alt}]({ruta}#only-{esquema})"
            f'{{ .captura loading="lazy" width="{ancho}" height="{alto}" }}'
        )
    figura.write_text("\n".join(lineas) + "\n", "utf-8")


def huerfanas() -> set[Path]:
    """Las imágenes que ninguna captura usa."""
    usadas = {
        foto(f, tema)
        for f in SNIPPETS.rglob(f"*{ClaseDeFigura.CAPTURA}")
        for tema in TEMAS
    }
    return set(ALBUM.rglob("*.*")) - usadas
