"""Cuándo se ejecutará lo de un horario y cuándo debería, con el reloj de su lugar; cómo se dice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from calificador.veredicto import Indicio

if TYPE_CHECKING:
    from prefect.client.schemas.objects import DeploymentSchedule

UN_DIA = timedelta(days=1)
SEMANA = 7 * UN_DIA
DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


@dataclass(frozen=True)
class Pedido:
    """Lo que el enunciado pide para una tienda.

    Attributes:
        tienda: la que informa.
        lugar: de dónde es el reloj.
        zona: cómo se llama ese reloj.
        hora: la de cada día.
    """

    tienda: str
    lugar: str
    zona: str
    hora: time

    @property
    def parametros(self) -> dict[str, str]:
        return {"tienda": self.tienda}

    @property
    def cuando(self) -> str:
        return f"a las {self.hora:%H:%M} de {self.lugar}"

    def alli(self, instante: datetime) -> datetime:
        """Un instante, con el reloj de ese lugar."""
        return instante.astimezone(ZoneInfo(self.zona))

    def instantes(self, semanas: list[datetime]) -> list[datetime]:
        """Cuándo debe ejecutarse en las semanas que empiezan entonces."""
        dias = [
            self.alli(desde).date() + n * UN_DIA for desde in semanas for n in range(9)
        ]
        suyos = {
            datetime.combine(dia, self.hora, ZoneInfo(self.zona)).astimezone(UTC)
            for dia in dias
        }
        return sorted(suyo for suyo in suyos if cae(suyo, semanas))

    def es_su_reloj(self, zona: str, instantes: Iterable[datetime]) -> bool:
        """Si en otra zona es la misma hora, esos días."""
        return all(
            instante.astimezone(ZoneInfo(zona)).utcoffset()
            == self.alli(instante).utcoffset()
            for instante in instantes
        )


@dataclass(frozen=True)
class Visto:
    """Lo que hará el servidor con una tienda, y lo que debería.

    Attributes:
        pedido: lo que pide el enunciado.
        horarios: los del deployment que son de esa tienda.
        anotadas: cuándo se ejecutarán.
        debidas: cuándo deberían.
    """

    pedido: Pedido
    horarios: list["DeploymentSchedule"]
    anotadas: list[datetime]
    debidas: list[datetime]

    @property
    def bien(self) -> bool:
        return self.anotadas == self.debidas

    @property
    def otras_zonas(self) -> list[str]:
        """Las de sus horarios que no dan la hora de su lugar."""
        return [
            zona
            for zona in self.zonas
            if not self.pedido.es_su_reloj(zona, self.debidas)
        ]

    @property
    def zonas(self) -> list[str]:
        return sorted({zona_de(horario) for horario in self.horarios})

    @property
    def horas(self) -> list[str]:
        """A qué horas se ejecuta, con el reloj de su lugar."""
        locales = (self.pedido.alli(instante) for instante in self.anotadas)
        return sorted({f"{hora:%H:%M:%S}".removesuffix(":00") for hora in locales})


def semanas(ahora: datetime, pedido: Pedido) -> list[datetime]:
    """Cuándo empiezan las que se miran: la próxima y aquellas en que allí cambia la hora."""
    hoy = ahora.replace(hour=0, minute=0, second=0, microsecond=0)
    dias = [hoy + n * UN_DIA for n in range(1, 366)]
    cambios = [
        dia
        for dia in dias
        if pedido.alli(dia).utcoffset() != pedido.alli(dia + UN_DIA).utcoffset()
    ]
    return [dias[0], *(cambio - 3 * UN_DIA for cambio in cambios)]


def cae(instante: datetime, semanas: list[datetime]) -> bool:
    """Si está en alguna de las semanas que empiezan entonces."""
    return any(desde <= instante < desde + SEMANA for desde in semanas)


def en_otra_zona(visto: Visto) -> str:
    """Con qué reloj va, y qué hora es entonces en su lugar."""
    pedido = visto.pedido
    return (
        f"El de {pedido.tienda} va con el reloj de {' y '.join(visto.otras_zonas)}: en "
        f"{pedido.lugar} {sale_a_las(visto.horas)}. Dale "
        f'timezone="{pedido.zona}".'
    )


def a_otra_hora(visto: Visto) -> str:
    """A qué hora se ejecuta, y cómo se escribe la que se pide."""
    pedida = f"{visto.pedido.hora:%H:%M}"
    otras = [hora for hora in visto.horas if hora != pedida]
    a_la_suya = pedida in visto.horas
    consejos = {
        "cron": "En un cron, un * o una coma en los dos primeros campos son varias veces al día."
        if a_la_suya
        else "En un cron, el primer campo es el minuto y el segundo, la hora.",
        "interval": "Un intervalo se cuenta desde su anchor_date: dale una a esa hora, y que "
        "pase un día entre una vez y otra.",
        "rrule": "En un RRule, la hora la dicen BYHOUR y BYMINUTE.",
    }
    cuando = sale_a_las(otras, "sale también" if a_la_suya else "sale")
    return (
        f"El de {visto.pedido.tienda}, en {visto.pedido.lugar}, {cuando}. "
        f"{segun(visto, consejos)}"
    )


def en_otros_dias(visto: Visto) -> str:
    """El primer día que falta o se repite, y cómo se escriben todos."""
    tienda = visto.pedido.tienda
    if not visto.anotadas:
        return (
            f"El de {tienda} no sale ni esta semana ni cuando cambia la hora. ¿Tiene su horario "
            "una fecha de fin?"
        )
    veces = Counter(visto.anotadas)
    mal = next(debida for debida in visto.debidas if veces[debida] != 1)
    dia = visto.pedido.alli(mal)
    fecha = f"el {DIAS[dia.weekday()]} {dia:%d/%m/%Y}"
    if veces[mal]:
        return f"El de {tienda} sale {veces[mal]} veces {fecha}: quita un horario suyo."
    consejos = {
        "cron": "En un cron, los tres últimos campos son el día del mes, el mes y el día de la "
        "semana: con * son todos.",
        "interval": "En un intervalo, entre una vez y otra debe pasar un día.",
        "rrule": "En un RRule, todos los días son FREQ=DAILY, sin otros BY… que los de la hora.",
    }
    return f"El de {tienda} no sale {fecha}. {segun(visto, consejos)}"


def aviso(visto: Visto) -> Indicio:
    """Lo que se dice a quien acierta con otra zona: depende de lo que hagan los dos relojes."""
    pedido = visto.pedido
    return Indicio(
        f"El de {pedido.tienda} va con el reloj de {' y '.join(visto.zonas)}, que hasta dentro "
        f"de un año coincide con el de {pedido.lugar}. Si uno de los dos cambia sus reglas, "
        f'dejará de hacerlo: dale timezone="{pedido.zona}".',
        "produccion/horarios#cambio-de-hora",
    )


def sale_a_las(horas: list[str], sale: str = "sale") -> str:
    """Las primeras horas de una lista; tres bastan para verlo."""
    if not horas:
        return "no sale nunca"
    primeras = [f"a las {hora}" for hora in horas[:3]]
    if len(horas) > len(primeras):
        return f"{sale} {', '.join(primeras)} y más"
    return f"{sale} {' y '.join(primeras)}"


def segun(visto: Visto, consejos: dict[str, str]) -> str:
    """Los consejos que son de la clase de sus horarios."""
    clases = {clase(horario) for horario in visto.horarios}
    return " ".join(consejos[que] for que in sorted(clases))


def se_explica(vistos: list[Visto]) -> str:
    """La página de los horarios de esa clase."""
    clases = {clase(horario) for visto in vistos for horario in visto.horarios}
    if "interval" in clases:
        return "produccion/horarios#intervalo"
    return "tutorial/programacion#cron"


def nombrar(horario: "DeploymentSchedule") -> str:
    """Cómo se le llama a quien lo ha escrito."""
    return horario.slug or f"el de {getattr(horario.schedule, clase(horario))}"


def clase(horario: "DeploymentSchedule") -> str:
    """Si es `cron`, `interval` o `rrule`."""
    return next(
        que for que in ("cron", "interval", "rrule") if hasattr(horario.schedule, que)
    )


def zona_de(horario: "DeploymentSchedule") -> str:
    return horario.schedule.timezone or "UTC"
