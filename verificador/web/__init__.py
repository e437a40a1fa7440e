"""La web construida, como la recibe quien la abre: lo que pesa y lo que le falla."""
