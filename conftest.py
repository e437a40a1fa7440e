"""Está en la raíz para que también `pytest docs/una-pagina.md` encuentre el plugin."""

pytest_plugins = ["verificador.plugin"]
