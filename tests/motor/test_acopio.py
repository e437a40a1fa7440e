"""Lo que se hace de antemano para todos los programas da lo mismo que si lo hiciera cada uno."""

import ssl
from collections.abc import Callable
from pathlib import Path

import certifi
import pytest
from pydantic import BaseModel

from motor.caliente import acopio

CERTIFICADOS = certifi.where()


@pytest.fixture
def crear(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ssl.SSLContext]:
    """`ssl.create_default_context`, con los contextos ya hechos; la de verdad, al terminar."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setattr(ssl, "create_default_context", ssl.create_default_context)
    acopio.preparar_contextos()
    return ssl.create_default_context


def de_cerca(contexto: ssl.SSLContext) -> tuple:
    """Todo lo que distingue a un contexto de otro."""
    nombres = [n for n in dir(contexto) if not n.startswith(("_", "sni"))]
    valores = ((n, getattr(contexto, n)) for n in nombres)
    ajustes = [(n, v) for n, v in valores if not callable(v) and n != "session_stats"]
    return ajustes, contexto.get_ca_certs(), contexto.get_ciphers()


def test_cada_contexto_es_nuevo_y_como_el_de_verdad(
    crear: Callable[..., ssl.SSLContext],
) -> None:
    de_verdad = de_cerca(crear.__wrapped__(cafile=CERTIFICADOS))
    contextos = [crear(cafile=CERTIFICADOS) for _ in range(acopio.CONTEXTOS + 1)]
    assert len({id(contexto) for contexto in contextos}) == len(contextos)
    for contexto in contextos:
        assert de_cerca(contexto) == de_verdad
    contextos[0].check_hostname = False
    assert contextos[1].check_hostname


def test_el_contexto_que_pide_otra_cosa_se_hace(
    crear: Callable[..., ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with pytest.raises(FileNotFoundError):
        crear(cafile=tmp_path / "no-existe.pem")
    de_servidor = crear(ssl.Purpose.CLIENT_AUTH)
    assert de_servidor.protocol == ssl.PROTOCOL_TLS_SERVER
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "claves"))
    assert crear(cafile=CERTIFICADOS).keylog_filename == str(tmp_path / "claves")


def test_los_modelos_que_se_pueden_completar_se_completan() -> None:
    class Entero(BaseModel, defer_build=True):
        numero: int

    class SinResolver(BaseModel, defer_build=True):
        otro: "NoExiste"  # noqa: F821 - de eso se trata

    assert not Entero.__pydantic_complete__
    acopio.completar_modelos()
    assert Entero.__pydantic_complete__
    assert Entero(numero="1").numero == 1
    assert not SinResolver.__pydantic_complete__
