"""Genera los tres CSV de Jacaranda, la cadena de la guía: usuarios, productos y ventas."""

import argparse
import csv
import random
from datetime import date, timedelta
from pathlib import Path

RAIZ = Path(__file__).resolve().parents[3]
DATOS = RAIZ / "data"
SEMILLA = 2025

CIUDADES = {"Ciudad de México": 45, "Guadalajara": 25, "Monterrey": 20, "Puebla": 10}
NOMBRES = (
    "Alejandra Andrés Beatriz Camila Daniela Elías Fernanda Germán Héctor Inés Iván "
    "Jesús José Julián Leticia Lucía Mónica Nicolás Óscar Ramón Raúl Sofía Tomás Ximena"
).split()
APELLIDOS = (
    "Álvarez Castañeda Chávez Díaz Fernández García Gómez Gutiérrez Hernández Ibáñez "
    "Jiménez López Martínez Muñoz Núñez Ordóñez Peña Ramírez Sánchez Vázquez Zúñiga"
).split()

# Cuánto se vende cada categoría y, de cada producto, su precio de lista en pesos.
PESOS = {
    "Electrónica": 20,
    "Hogar": 20,
    "Papelería": 30,
    "Deportes": 15,
    "Despensa": 35,
}
PRODUCTOS = {
    "Electrónica": {
        "Audífonos inalámbricos": 1299,
        "Bocina portátil": 899,
        "Cargador rápido": 349,
        "Ratón óptico": 249,
        "Teclado mecánico": 1590,
        "Cámara web": 749,
    },
    "Hogar": {
        "Cafetera de émbolo": 459,
        "Lámpara de escritorio": 529,
        "Sartén antiadherente": 389,
        "Juego de sábanas": 699,
        "Báscula de cocina": 319,
        "Cojín bordado": 239,
    },
    "Papelería": {
        "Cuaderno profesional": 89,
        "Bolígrafo de gel": 24.5,
        "Lápices de colores": 129,
        "Agenda 2026": 219,
        "Engrapadora metálica": 159,
        "Marcador permanente": 32,
    },
    "Deportes": {
        "Balón de fútbol": 449,
        "Tapete de yoga": 379,
        "Cuerda para saltar": 149,
        "Botella térmica": 299,
        "Mochila de montaña": 1190,
        "Banda elástica": 119,
    },
    "Despensa": {
        "Café de Chiapas 500 g": 189,
        "Chocolate de Oaxaca": 95,
        "Miel de Yucatán": 145,
        "Salsa de piñón": 78.5,
        "Té de jazmín": 64,
        "Galletas de maíz": 42,
    },
}


def elegir(azar: random.Random, pesos: dict[str, int]) -> str:
    return azar.choices(list(pesos), weights=list(pesos.values()))[0]


def crear_usuarios(azar: random.Random, cuantos: int) -> list[dict]:
    return [
        {
            "usuario_id": numero,
            "nombre": " ".join([azar.choice(NOMBRES), *azar.sample(APELLIDOS, k=2)]),
            "ciudad": elegir(azar, CIUDADES),
            "fecha_alta": date(2023, 1, 1) + timedelta(days=azar.randrange(730)),
        }
        for numero in range(1, cuantos + 1)
    ]


def crear_productos(azar: random.Random) -> list[dict]:
    catalogo = [
        (producto, categoria, precio)
        for categoria, precios in PRODUCTOS.items()
        for producto, precio in precios.items()
    ]
    return [
        {
            "producto_id": numero,
            "producto": producto,
            "categoria": categoria,
            "costo": f"{precio * azar.uniform(0.45, 0.7):.2f}",
        }
        for numero, (producto, categoria, precio) in enumerate(catalogo, start=1)
    ]


def crear_ventas(
    azar: random.Random, usuarios: list[dict], productos: list[dict], cuantas: int
) -> list[dict]:
    por_categoria = {
        categoria: [p for p in productos if p["categoria"] == categoria]
        for categoria in PESOS
    }
    dias = [date(2025, 1, 1) + timedelta(days=dia) for dia in range(365)]
    # Los fines de semana y diciembre venden más.
    pesos = [
        (1.6 if dia.weekday() >= 5 else 1) * (1.8 if dia.month == 12 else 1)
        for dia in dias
    ]
    ventas = []
    for numero, dia in enumerate(sorted(azar.choices(dias, pesos, k=cuantas)), start=1):
        usuario = azar.choice(usuarios)
        producto = azar.choice(por_categoria[elegir(azar, PESOS)])
        precio = PRODUCTOS[producto["categoria"]][producto["producto"]]
        descuento = azar.choice([0, 0, 0, 0, 0.1, 0.2])
        # La mayoría compra en su ciudad; algunos, de viaje.
        de_viaje = azar.random() < 0.15
        venta = {
            "venta_id": numero,
            "fecha": dia,
            "tienda": elegir(azar, CIUDADES) if de_viaje else usuario["ciudad"],
            "usuario_id": usuario["usuario_id"],
            "producto_id": producto["producto_id"],
            "producto": producto["producto"],
            "categoria": producto["categoria"],
            "precio": f"{precio * (1 - descuento):.2f}",
            "cantidad": azar.choices([1, 2, 3, 4, 5], [50, 25, 12, 8, 5])[0],
        }
        # Los defectos de unos datos reales: huecos y filas repetidas.
        if azar.random() < 0.02:
            venta["precio"] = ""
        if azar.random() < 0.01:
            venta["cantidad"] = ""
        ventas.extend([venta] * (2 if azar.random() < 0.01 else 1))
    return ventas


def guardar(nombre: str, filas: list[dict]) -> None:
    """Escribe un CSV; si algo falla a medias, el anterior sigue entero."""
    temporal = DATOS / f"{nombre}.tmp"
    # Mismos bytes en todos los sistemas: UTF-8 y "\n" como fin de línea.
    with temporal.open("w", encoding="utf-8", newline="") as archivo:
        escritor = csv.DictWriter(archivo, fieldnames=filas[0], lineterminator="\n")
        escritor.writeheader()
        escritor.writerows(filas)
    temporal.replace(DATOS / nombre)
    print(f"data/{nombre}: {len(filas)} filas")


def main() -> None:
    # Con --help, o con un argumento que no conoce, termina aquí y no escribe nada.
    argparse.ArgumentParser(description=__doc__).parse_args()
    azar = random.Random(SEMILLA)
    DATOS.mkdir(exist_ok=True)
    usuarios = crear_usuarios(azar, cuantos=200)
    productos = crear_productos(azar)
    guardar("usuarios.csv", usuarios)
    guardar("productos.csv", productos)
    guardar("ventas.csv", crear_ventas(azar, usuarios, productos, cuantas=3000))


if __name__ == "__main__":
    main()
