"""The public calculators: every rule as a page, its inputs in the address, its steps and sources shown."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from levier.accounts.values import Role
from levier.foundation.explanation import Confidence
from levier.reference.labels import CONFIDENCES
from levier.reference.queries import catalogue
from levier.rulebook.fields import RuleInputError
from levier.rulebook.registry import UnknownRule, all_rules, rule
from levier.rulebook.rule import Rule
from levier.web import calculators, clock
from levier.web.answers import Answer, answer

GROUPS = {
    "calibrage": "Combien d’heures ?",
    "programmation": "Que prévoir pour ce besoin ?",
    "reperage": "Faut-il une clause ?",
    "eligibilite": "Qui, et quand ?",
    "heures": "Déclarer et répartir les heures",
    "bilan": "Bilan et pénalités",
    "controle": "Contrôler",
    "impact": "Effets sur l’emploi",
}


def tools(request: HttpRequest) -> HttpResponse:
    grouped: dict[str, list[Rule]] = {title: [] for title in GROUPS.values()}
    for one in all_rules():
        grouped.setdefault(GROUPS.get(one.page, "Autres"), []).append(one)
    role = getattr(getattr(request, "actor", None), "role", "")
    context = {
        "groups": {title: found for title, found in grouped.items() if found},
        "sizes": role in {Role.MISSION, Role.BUYER, Role.FACILITATOR},
    }
    return render(request, "tools/tools.html", context)


def tool(request: HttpRequest, name: str) -> HttpResponse:
    try:
        one = rule(name)
    except UnknownRule:
        raise Http404 from None
    typed = {key: str(value)[:200] for key, value in request.GET.items()}
    if changed := _changed_lines(one, typed):
        return redirect(f"{reverse('tool', args=[name])}?{urlencode(changed)}#saisie")
    asked = any(value.strip() for key, value in typed.items() if key != "lignes")
    filled = calculators.read(one, typed if asked else calculators.example(one))
    if "lignes" in typed:
        filled.faults.clear()
        filled.payload = None
    found = _answer(one, filled)
    context = {
        "rule": one,
        "parts": calculators.parts(one, filled),
        "errors": calculators.summary(one, filled),
        "is_example": not asked,
        **found,
    }
    return render(request, "tools/tool.html", context, status=422 if filled.faults else 200)


def _changed_lines(one: Rule, typed: dict[str, str]) -> dict[str, str]:
    """The form after « ajouter une ligne » or « retirer », marked so that it is drawn before being judged."""
    add, remove = typed.pop("ajouter", ""), typed.pop("retirer", "")
    if not add and not remove:
        return {}
    typed.pop("lignes", None)
    changed = calculators.add_line(one, typed, add) if add else calculators.remove_line(one, typed, remove)
    return changed | {"lignes": "1"}


def _answer(one: Rule, filled: calculators.Filled) -> dict[str, object]:
    if filled.payload is None:
        return {"answer": None}
    figures = catalogue()
    loaded = next(iter(figures), None) is not None
    try:
        run = one.run(filled.payload, catalogue=figures if loaded else None, today=clock.today())
    except RuleInputError as error:
        calculators.refuse(filled, error)
        return {"answer": None}
    said: Answer = answer(run["result"])
    sources = [{**source, "confidence": CONFIDENCES[Confidence(source["confidence"])]} for source in run["sources"]]
    return {"answer": said, "steps": run["steps"], "sources": sources}
