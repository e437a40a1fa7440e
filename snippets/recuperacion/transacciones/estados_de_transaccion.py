"""Los estados de una transacción que acaba bien y de otra que falla."""

from contextlib import suppress

from prefect.transactions import Transaction, transaction


def recorrer(*, falla: bool) -> None:
    """Abre una transacción, le deja algo preparado y la cierra."""
    estados = [Transaction().state.name]
    with suppress(ValueError), transaction() as transaccion:
        estados.append(transaccion.state.name)
        transaccion.stage("el cierre")
        estados.append(transaccion.state.name)
        if falla:
            raise ValueError("una venta sin precio")
    estados.append(transaccion.state.name)
    print(" → ".join(estados))


if __name__ == "__main__":
    recorrer(falla=False)
    recorrer(falla=True)
