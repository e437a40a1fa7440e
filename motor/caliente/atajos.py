"""Lo mismo que hace Prefect, con menos vueltas: solo dentro del intérprete caliente.

Cada atajo da lo mismo que el original, y una prueba los compara.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect.settings.base import PrefectBaseSettings


def tomar() -> None:
    """Pone los atajos en su sitio; Prefect ya tiene que estar importado."""
    from prefect.settings.base import PrefectBaseSettings

    PrefectBaseSettings.to_environment_variables = ajustes_como_variables


def ajustes_como_variables(
    self: "PrefectBaseSettings",
    exclude_unset: bool = False,
    include_secrets: bool = True,
    include_aliases: bool = False,
) -> dict[str, str]:
    """Los ajustes como variables de entorno: `PrefectBaseSettings.to_environment_variables`.

    El original vuelca, por cada sección, también todas las que hay dentro, y luego las
    vuelve a volcar una a una. Cada programa lo hace una vez, y cada servidor, diez.

    Args:
        self: los ajustes, o una de sus secciones.
        exclude_unset: si solo interesan los que alguien ha dado.
        include_secrets: si los secretos salen a la vista.
        include_aliases: si cada ajuste sale con todos sus nombres.
    """
    from prefect.settings.base import (
        PrefectBaseSettings,
        _to_environment_variable_value,
    )

    campos = type(self).model_fields
    valores = {nombre: getattr(self, nombre) for nombre in campos}
    secciones = {n for n, v in valores.items() if isinstance(v, PrefectBaseSettings)}
    volcados = self.model_dump(
        exclude=secciones,
        exclude_unset=exclude_unset,
        mode="json",
        context={"include_secrets": include_secrets},
    )
    variables: dict[str, str] = {}
    for nombre, campo in campos.items():
        if nombre in secciones:
            variables |= ajustes_como_variables(
                valores[nombre], exclude_unset, include_secrets, include_aliases
            )
            continue
        if volcados.get(nombre) is None:
            continue
        valor = _to_environment_variable_value(volcados[nombre])
        nombres = [f"{self.model_config.get('env_prefix')}{nombre}"]
        if include_aliases and campo.validation_alias is not None:
            nombres = alias(campo.validation_alias)
        variables |= {otro.upper(): valor for otro in nombres}
    return variables


def alias(declarado: object) -> list[str]:
    """Los nombres de un ajuste que valen como variables de entorno."""
    from pydantic import AliasChoices

    varios = declarado.choices if isinstance(declarado, AliasChoices) else [declarado]
    return [nombre for nombre in varios if isinstance(nombre, str)]
