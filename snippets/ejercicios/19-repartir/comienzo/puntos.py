"""La cuenta del ejercicio 19. No la cambies: el calificador usa la suya."""

VUELTAS = 2000


def puntos_de(venta_id: int) -> int:
    """Los puntos que da una venta, de 0 a 99: una cuenta larga, en Python puro."""
    puntos = venta_id
    for _ in range(VUELTAS):
        puntos = (puntos * 1_103_515_245 + 12_345) % 2_147_483_648
    return puntos % 100
