"""The weather of the clause and the Monday list: what is about to be lost, who must act, since when; a line can wait or be given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.commitments.actions import owed as whose
from levier.commitments.policies import may_move_due
from levier.commitments.queries import commitment_for, invoiced_of
from levier.compliance.tasks import turn_of
from levier.compliance.turns import TaskKind, Turn
from levier.following import queries, rules, standing
from levier.following.actions import handle_line
from levier.following.labels import ALERTS, WEATHERS
from levier.following.models import Standing
from levier.following.policies import may_handle
from levier.following.queries import Asked, Group, TerritoryWeather
from levier.following.values import AlertKind, Weather
from levier.foundation.objections import Refusal
from levier.foundation.pagination import page_of
from levier.hours.progress import progress
from levier.hours.queries import reference_values
from levier.reference.values import Catalogue
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.spreadsheet import csv_response
from levier.web.todo import KINDS, TURNS
from levier.web.two_figures import two_figures
from levier.web.typed import SeeOther, Typed
from levier.web.workbook import Sheet, xlsx_response

PAGE_LENGTH = 40
RENEW = ("Situation à réexaminer", "Une période d’éligibilité est finie ou va finir.", "Voir les personnes")
SKIES = {sky.name.lower(): sky for sky in Weather}


@dataclass(frozen=True, slots=True)
class SkyWords:
    """A weather as it is shown: drawing, word, and what it means."""

    code: str
    label: str
    meaning: str


def sky_words(sky: Weather | int) -> SkyWords:
    found = Weather(sky)
    return SkyWords(found.name.lower(), *WEATHERS[found])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. `url` leads to where the action is done; `days`: for how long it has waited."""

    standing: Standing
    sky: SkyWords
    what: str
    action: str
    url: str
    mine: bool
    turn: str
    days: int | None
    alerts: tuple[str, ...]
    share: str


def asked_in(request: HttpRequest) -> Asked:
    number = request.GET.get("territoire", "")
    return Asked(
        territory=int(number) if number.isascii() and number.isdigit() and len(number) < 4 else None,
        weather=SKIES.get(request.GET.get("meteo", "")),
        turn=request.GET.get("tour", "")[:20],
        mine=request.GET.get("a") == "moi",
        postponed=request.GET.get("reportes") == "1",
    )


def show(request: HttpRequest) -> HttpResponse:
    actor, today, asked, catalogue = actor_of(request), clock.today(), asked_in(request), reference_values()
    standing.refresh(today=today, catalogue=catalogue)
    found, limits = queries.groups(actor, today), rules.thresholds(catalogue, today)
    lines = queries.MondayLines(queries.monday_list(actor, asked, today), queries.answering(found, asked))
    page = page_of(lines, request.GET.get("page"), PAGE_LENGTH)
    highest = max((one.lost for one in page), default=Decimal(0)) or Decimal(1)
    waiting = [one for one in found if one.turn and not one.postponed]
    context = {
        "today": today,
        "rows": [_line(one, actor, highest, today) for one in page],
        "page_obj": page,
        "skies": _skies(request, queries.weather_of_territories(found, limits), asked),
        "filters": _filters(request, found, asked, turn_of(actor)),
        "lost": sum((one.lost for one in waiting), Decimal(0)),
        "total": sum(one.count for one in waiting),
        "mine": sum(one.count for one in waiting if one.turn == turn_of(actor)),
        "followed": sum(one.count for one in found),
        "asked": asked,
        "filtered": asked != Asked(),
        "horizon": limits.horizon_days,
        "may_handle": may_handle(actor),
    }
    return render(request, "following/monday.html", context)


def _line(one: Standing, actor: Actor, highest: Decimal, today: date) -> Line:
    what, _, action = RENEW if one.act == standing.RENEW else KINDS[TaskKind(one.act)]
    mine = one.turn == turn_of(actor)
    url = _address(one, actor)
    return Line(
        standing=one,
        sky=sky_words(one.weather),
        what=what,
        action=action if mine or one.act == standing.RENEW else "Voir le marché",
        url=url,
        mine=mine,
        turn=TURNS[Turn(one.turn)],
        days=(today - one.since).days if one.since else None,
        alerts=tuple(alert["sentence"] for alert in one.alerts),
        share=f"{float(one.lost / highest * 100):.0f}%",
    )


def _address(one: Standing, actor: Actor) -> str:
    """Where the next action is done, for whoever may do it; else the contract."""
    match one.act:
        case TaskKind.VALIDATE if actor.role is Role.FACILITATOR:
            return reverse("review") + f"?engagement={one.commitment.public_id}"
        case TaskKind.CERTIFY if actor.role is Role.MISSION:
            return reverse("certificate-new", args=[one.commitment.public_id])
        case standing.RENEW | TaskKind.FIND_PEOPLE:
            return reverse("contract", args=[one.commitment.lot.contract.public_id]) + "?rubrique=personnes#rubrique"
        case _:
            return reverse("contract", args=[one.commitment.lot.contract.public_id])


@dataclass(frozen=True, slots=True)
class Sky:
    territory: TerritoryWeather
    words: SkyWords
    url: str
    current: bool


def _with(request: HttpRequest, **changes: str) -> str:
    """The page's address with these parameters replaced; an empty one is removed."""
    params: QueryDict = request.GET.copy()
    for name in ("page", *changes):
        params.pop(name, None)
    params.update({name: value for name, value in changes.items() if value})
    return "?" + params.urlencode()


def _skies(request: HttpRequest, found: Iterable[TerritoryWeather], asked: Asked) -> list[Sky]:
    return [
        Sky(
            one,
            sky_words(one.weather),
            _with(request, territoire="" if asked.territory == one.number else str(one.number)),
            asked.territory == one.number,
        )
        for one in found
    ]


def _filters(request: HttpRequest, found: list[Group], asked: Asked, mine: Turn) -> list[dict[str, Any]]:
    """Whose turn, then the sky, then what was given to the reader and what was put off; each keeps the others."""
    here = [one for one in found if one.turn and (asked.territory is None or one.territory == asked.territory)]
    now = [one for one in here if one.postponed is asked.postponed]

    def count(parts: Iterable[Group]) -> int:
        return sum(one.count for one in parts)

    turns = sorted({one.turn for one in now}, key=lambda turn: (turn != mine, turn))
    made: list[dict[str, Any]] = [
        {"label": "Tout", "url": _with(request, tour="", meteo="", a=""), "count": count(now),
         "current": not (asked.turn or asked.weather is not None or asked.mine)},
        *({"label": "À vous" if turn == mine else TURNS[Turn(turn)], "url": _with(request, tour="" if asked.turn == turn else turn),
           "count": count(one for one in now if one.turn == turn), "current": asked.turn == turn} for turn in turns),
        {"separator": True, "label": "Confiées à vous", "url": _with(request, a="" if asked.mine else "moi"),
         "count": count(one for one in now if one.mine), "current": asked.mine},
    ]  # fmt: skip
    for rank, sky in enumerate(sorted({one.weather for one in now}, reverse=True)):
        words, current = sky_words(sky), asked.weather is sky
        made.append(
            {"separator": not rank, "label": words.label, "url": _with(request, meteo="" if current else words.code),
             "count": count(one for one in now if one.weather is sky), "current": current}
        )  # fmt: skip
    later = count(one for one in here if one.postponed)
    if later or asked.postponed:
        made.append({"separator": True, "label": "Reportées", "url": _with(request, reportes="" if asked.postponed else "1"),
                     "count": later, "current": asked.postponed})  # fmt: skip
    return made


HEADING = (
    "Rang", "Heures qui vont manquer", "Ciel", "Marché", "Objet", "Titulaire", "Territoire", "Prochaine action", "À qui d’agir", "Depuis le",
    "Explication", "Alertes", "Confiée à", "Reportée au",
)  # fmt: skip


def _exported(request: HttpRequest) -> Iterable[list[object]]:
    actor, today = actor_of(request), clock.today()
    standing.refresh(today=today, catalogue=reference_values())
    for rank, one in enumerate(queries.monday_list(actor, asked_in(request), today), start=1):
        line, contract = _line(one, actor, Decimal(1), today), one.commitment.lot.contract
        yield [
            rank, one.lost, line.sky.label, contract.reference, contract.title, one.commitment.holder.name, one.commitment.territory.short_name,
            line.what, line.turn, one.since, one.sentence, " ".join(line.alerts), one.assigned_to.full_name if one.assigned_to else "",
            one.postponed_until,
        ]  # fmt: skip


def export_csv(request: HttpRequest) -> HttpResponse:
    return csv_response(f"levier-suivi-{clock.today().isoformat()}.csv", HEADING, _exported(request))


def export_xlsx(request: HttpRequest) -> HttpResponse:
    sheet = Sheet("Liste du lundi", HEADING, _exported(request), {4: 45, 10: 60, 11: 60})
    return xlsx_response(f"levier-suivi-{clock.today().isoformat()}.xlsx", [sheet])


@dataclass(frozen=True, slots=True)
class Told:
    """An alert of one commitment, in words."""

    label: str
    sentence: str
    since: date | None


def commitment(request: HttpRequest, commitment: str) -> HttpResponse:
    """Where one commitment stands, why, and what was decided of its line; the line is put off or given from here."""
    actor, today, catalogue = actor_of(request), clock.today(), reference_values()
    found = commitment_for(actor, commitment)
    standing.refresh(today=today, catalogue=catalogue)
    stands = queries.standing_of(actor, found)
    typed = Typed(request.POST, ("until", "assignee", "reason"))
    if request.method == "POST" and _handled(request, actor, commitment, typed, catalogue):
        return SeeOther(reverse("following"))
    if request.method != "POST" and stands is not None:
        typed.values |= {
            "until": stands.postponed_until.isoformat()
            if stands.postponed_until and stands.postponed_until > today
            else "",
            "assignee": stands.assigned_to.public_id if stands.assigned_to else "",
        }
    return _commitment_page(request, actor, found, stands, typed, catalogue)


def _handled(request: HttpRequest, actor: Actor, commitment_id: str, typed: Typed, catalogue: Catalogue) -> bool:
    until = typed.day("until", missing="") if typed.values["until"] else None
    reason = typed.text("reason", longest=500, missing="Écrivez le motif : il figurera au journal.")
    if typed.errors:
        return False
    try:
        line = handle_line(
            actor=actor, commitment_id=commitment_id, until=until, assignee=typed.values["assignee"], reason=reason, now=clock.now(),
            catalogue=catalogue,
        )  # fmt: skip
    except Refusal as refusal:
        typed.refused(refusal, default="until")
        return False
    said = [
        f"reportée au {wording.long_day(line.postponed_until, weekday=False)}" if line.postponed_until else "",
        f"confiée à {line.assigned_to.full_name}" if line.assigned_to else "",
    ]
    words = " et ".join(one for one in said if one) or "reprise dans la liste"
    messages.success(request, f"Ligne {words}. Le motif est au journal.")
    return True


def _commitment_page(
    request: HttpRequest,
    actor: Actor,
    found: Any,
    stands: Standing | None,
    typed: Typed,
    catalogue: Catalogue,
) -> HttpResponse:
    today, contract, told = clock.today(), found.lot.contract, invoiced_of([found.pk]).get(found.pk)
    owed = standing.owed_of([found])[found.pk]
    context = {
        "crumbs": [("Suivi", reverse("following")), (contract.reference, "")],
        "commitment": found,
        "contract": contract,
        "stands": stands,
        "sky": sky_words(stands.weather) if stands else None,
        "alerts": [
            Told(ALERTS[AlertKind(one["kind"])], one["sentence"], one["since"] and date.fromisoformat(one["since"]))
            for one in (stands.alerts if stands else ())
        ],
        "line": _line(stands, actor, Decimal(1), today) if stands and stands.act else None,
        **two_figures(owed, progress([found.pk], today)[found.pk], catalogue, today),
        "typed": typed,
        "invoiced": told,
        "people": [
            ("", "Personne en particulier"),
            *((one.public_id, one.full_name) for one in queries.may_be_given(found, today)),
        ],
        "history": queries.handled_lines(found),
        "may_handle": may_handle(actor) and stands is not None and bool(stands.act),
        "pays": may_move_due(actor, whose(found)),
        "most": catalogue.at("following.postpone_days", today).value,
    }
    return render(request, "following/commitment.html", context, status=422 if typed.errors else 200)
