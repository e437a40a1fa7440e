"""Publica el cierre del día; si no se puede avisar a la central, lo retira."""

from pathlib import Path

from prefect import flow, task
from prefect.transactions import Transaction, transaction

CIERRE = Path(__file__).with_name("cierre.txt")


@task(task_run_name="publicar")
def publicar(texto: str) -> None:
    """Deja el cierre donde lo leen los demás."""
    CIERRE.write_text(texto, "utf-8")


@publicar.on_rollback
def retirar(transaccion: Transaction) -> None:
    """Deshace lo que hizo «publicar»."""
    CIERRE.unlink()


@publicar.on_commit
def archivar(transaccion: Transaction) -> None:
    """Lo que solo se hace cuando todo ha ido bien."""
    print("Ya es definitivo: va al archivo")


@task(task_run_name="avisar")
def avisar(*, responde: bool) -> None:
    """Avisa a la central de que el cierre está publicado."""
    if not responde:
        raise ConnectionError("la central no responde")


@flow(log_prints=True)
def publicar_cierre(*, responde: bool) -> None:
    """Publica y avisa, o no publica nada."""
    with transaction():
        publicar("Cierre del 31 de diciembre")
        print(f"Publicado: {CIERRE.exists()}")
        avisar(responde=responde)


if __name__ == "__main__":
    publicar_cierre(responde=True)
    print(f"La central responde; publicado al final: {CIERRE.exists()}")
    publicar_cierre(responde=False, return_state=True)
    print(f"La central no responde; publicado al final: {CIERRE.exists()}")
