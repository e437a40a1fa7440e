"""Corrige el archivo apartado y lo devuelve a la carpeta de entrada."""

from cargar_cajas import CUARENTENA, ENTRADA

if __name__ == "__main__":
    for malo in CUARENTENA.glob("*.csv"):
        corregido = malo.read_text("utf-8").replace("doscientos", "200.00")
        (ENTRADA / malo.name).write_text(corregido, encoding="utf-8")
        malo.unlink()
        malo.with_suffix(".motivo.txt").unlink()
        print(f"{malo.name} vuelve a la entrada")
