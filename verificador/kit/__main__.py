"""Escribe el kit donde lo publica la web: python -m verificador.kit"""

from verificador import kit

if __name__ == "__main__":
    kit.publicar()
