"""Las imágenes que se enseñan al compartir una página y los iconos del teléfono.

Se dibujan con lo mismo que las gráficas, que `make build` no necesita: por eso se guardan
en docs/. Cada una lleva apuntada la huella de su dibujo: si este cambia, hay que rehacerla.
"""

import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

from motor.rutas import DOCS
from verificador.figuras.lienzo import HerramientaAusente
from verificador.texto import sitio_configurado

CARPETA = "assets/tarjetas"
IMAGENES = DOCS / "assets" / "imagenes"
LOGO = IMAGENES / "favicon.svg"
ANCHO, ALTO = 1200, 630  # lo que piden las redes que la enseñan
ICONOS = (180, 192, 512)  # los dos teléfonos, y la aplicación instalada
LETRA = "DejaVu Sans"  # la que se instala para dibujar
LEMA = "Cada programa se ha ejecutado. Cada salida es real."
PORTADA = "La guía que no puede mentir"
CABEN = 16  # letras en una línea del título
NOTA = b"Comment"
DIBUJO = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{ancho}" height="{alto}" font-family="{letra}">
<rect width="{ancho}" height="{alto}" fill="#0f2a30"/>
<rect y="{franja}" width="{ancho}" height="14" fill="#f4b860"/>
{logo}
<text x="200" y="132" font-size="40" fill="#d5dfe0">{sitio}</text>
{titulo}
<text x="80" y="540" font-size="34" fill="#d5dfe0">{lema}</text>
</svg>
"""
LINEA = (
    '<text x="80" y="{y}" font-size="84" font-weight="700" fill="#fff">{texto}</text>'
)


@dataclass(frozen=True)
class Tarjeta:
    """La imagen de una sección.

    Attributes:
        titulo: lo que se lee en grande.
        archivo: su nombre, dentro de su carpeta.
    """

    titulo: str
    archivo: str

    @property
    def alternativa(self) -> str:
        """Lo que dice, para quien no la ve."""
        return f"{sitio_configurado().site_name}. {self.titulo}. {LEMA}"

    def dibujo(self) -> str:
        """El dibujo, en SVG."""
        lineas = partir(self.titulo)
        desde = 350 if len(lineas) == 1 else 300
        return DIBUJO.format(
            ancho=ANCHO,
            alto=ALTO,
            franja=ALTO - 14,
            letra=LETRA,
            logo=medido(LOGO.read_text("utf-8"), 88, 'x="80" y="76"'),
            sitio=escape(sitio_configurado().site_name),
            lema=LEMA,
            titulo="\n".join(
                LINEA.format(y=desde + 104 * n, texto=escape(linea))
                for n, linea in enumerate(lineas)
            ),
        )


def tarjeta_de(seccion: str) -> Tarjeta:
    """La de una sección del menú; sin ella, la de la portada."""
    return Tarjeta(seccion or PORTADA, f"{en_ruta(seccion or 'portada')}.png")


def en_ruta(nombre: str) -> str:
    """Un nombre como parte de una dirección: en minúsculas, sin tildes y con guiones."""
    letras = unicodedata.normalize("NFD", nombre.lower())
    return re.sub(r"[^a-z0-9]+", "-", letras.encode("ascii", "ignore").decode())


def partir(titulo: str) -> list[str]:
    """El título, en una línea o en dos."""
    lineas = [""]
    for palabra in titulo.split():
        if lineas[-1] and len(f"{lineas[-1]} {palabra}") > CABEN:
            lineas.append(palabra)
        else:
            lineas[-1] = f"{lineas[-1]} {palabra}".strip()
    return lineas


def dibujos() -> dict[Path, str]:
    """Cada imagen que se guarda, con el SVG del que sale."""
    secciones = [next(iter(p)) for p in sitio_configurado().nav if es_seccion(p)]
    tarjetas = map(tarjeta_de, ["", *secciones])
    suyos = {DOCS / CARPETA / t.archivo: t.dibujo() for t in tarjetas}
    return suyos | {IMAGENES / f"icono-{lado}.png": icono(lado) for lado in ICONOS}


def es_seccion(parte: str | dict) -> bool:
    return isinstance(parte, dict) and isinstance(next(iter(parte.values())), list)


def icono(lado: int) -> str:
    """El icono del teléfono: sin esquinas, que cada sistema recorta las suyas."""
    entero = re.sub(r' rx="\d+"', "", LOGO.read_text("utf-8"))
    return medido(entero, lado)


def medido(svg: str, lado: int, lugar: str = "") -> str:
    """Un dibujo cuadrado, con su medida y, si va dentro de otro, su lugar."""
    return svg.replace("<svg ", f'<svg width="{lado}" height="{lado}" {lugar} ', 1)


def escribir() -> None:
    """Hace las imágenes que no son las de su dibujo."""
    for archivo, svg in dibujos().items():
        if not archivo.is_file() or apuntada(archivo.read_bytes()) != huella(svg):
            archivo.parent.mkdir(exist_ok=True)
            archivo.write_bytes(pintar(svg))


def pintar(svg: str) -> bytes:
    """La imagen de un dibujo, con su huella apuntada.

    Raises:
        HerramientaAusente: si no está instalado lo de dibujar.
    """
    try:
        import vl_convert
    except ImportError:
        raise HerramientaAusente(
            "falta «vl-convert»: «make salidas» lo instala"
        ) from None
    imagen = vl_convert.svg_to_png(svg)
    return imagen[:33] + anotacion(huella(svg)) + imagen[33:]


def huella(svg: str) -> str:
    return sha256(svg.encode()).hexdigest()[:16]


def anotacion(texto: str) -> bytes:
    """Un trozo «tEXt» de PNG; va tras el primero, que mide siempre lo mismo."""
    datos = b"tEXt" + NOTA + b"\0" + texto.encode()
    return (
        struct.pack(">I", len(datos) - 4) + datos + struct.pack(">I", zlib.crc32(datos))
    )


def apuntada(imagen: bytes) -> str:
    """La huella que lleva apuntada una imagen; vacía, si ninguna."""
    _, hay, resto = imagen.partition(b"tEXt" + NOTA + b"\0")
    return resto[:16].decode("ascii", "replace") if hay else ""


def medidas(imagen: bytes) -> tuple[int, int]:
    """El ancho y el alto de una imagen PNG."""
    return struct.unpack(">II", imagen[16:24])


if __name__ == "__main__":
    escribir()
