"""Crea `ranking.git` con dos ramas: `main`, y `pruebas`, que mide otra cosa. No se cambia."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

AQUI = Path(__file__).resolve().parent
REPOSITORIO = AQUI / "ranking.git"
VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"
IDENTIDAD = ["-c", "user.name=Estudiante", "-c", "user.email=estudiante@example.com"]
CAMBIOS = {'"ingresos"': '"unidades"', 'ventas["precio"] * ': ""}


def git(carpeta: str, *orden: str) -> None:
    """Da una orden a git en una carpeta."""
    subprocess.run(["git", *IDENTIDAD, *orden], cwd=carpeta, check=True)


def confirmar(carpeta: str, mensaje: str) -> None:
    """Guarda en la rama todo lo que hay en la carpeta."""
    git(carpeta, "add", ".")
    git(carpeta, "commit", "-q", "-m", mensaje)


if __name__ == "__main__":
    shutil.rmtree(REPOSITORIO, ignore_errors=True)
    with TemporaryDirectory(ignore_cleanup_errors=True) as carpeta:
        for archivo in (AQUI / "ranking.py", AQUI / "medida.py", VENTAS):
            shutil.copy(archivo, carpeta)
        git(carpeta, "init", "-q", "-b", "main")
        confirmar(carpeta, "Por ingresos")
        git(carpeta, "checkout", "-q", "-b", "pruebas")
        medida = Path(carpeta, "medida.py")
        texto = medida.read_text("utf-8")
        for antes, despues in CAMBIOS.items():
            texto = texto.replace(antes, despues)
        medida.write_text(texto, "utf-8")
        confirmar(carpeta, "Por unidades")
        git(carpeta, "checkout", "-q", "main")
        git(carpeta, "clone", "-q", "--bare", carpeta, str(REPOSITORIO))
    print(f"Repositorio en {REPOSITORIO.name}, con dos ramas")
