from levier.web import needs_calendar, position_forms, positions, referral_steps, referrals
from levier.web.registry import COMPANY, FACILITATOR, MISSION, PRESCRIBER, Page

HIRES = frozenset({COMPANY})
SENDS = frozenset({FACILITATOR, PRESCRIBER})
VALIDATES = frozenset({FACILITATOR})
PREPARES = SENDS | {MISSION}
EVERYBODY = PREPARES | HIRES
FORM = ("GET", "POST")

PAGES = (
    Page("postes/", positions.positions, "positions", EVERYBODY),
    Page("postes/nouveau/", position_forms.choose, "position-choose", HIRES),
    Page("postes/besoins/", needs_calendar.show, "needs-calendar", PREPARES),
    Page("postes/besoins.xlsx", needs_calendar.export, "needs-calendar-xlsx", PREPARES),
    Page("postes/candidatures/", referrals.referrals, "referrals", EVERYBODY),
    Page("postes/candidatures/<str:referral>/", referrals.referral, "referral", EVERYBODY, objects="referral"),
    Page(
        "postes/candidatures/<str:referral>/reponse/",
        referral_steps.answer,
        "referral-answer",
        HIRES,
        FORM,
        objects="referral",
    ),
    Page(
        "postes/candidatures/<str:referral>/retirer/",
        referral_steps.withdraw,
        "referral-withdraw",
        SENDS,
        FORM,
        objects="referral",
    ),
    Page(
        "postes/candidatures/<str:referral>/sans-suite/",
        referral_steps.not_placed,
        "referral-not-placed",
        VALIDATES,
        FORM,
        objects="referral",
    ),
    Page("engagements/<str:commitment>/poste/", position_forms.new, "position-new", HIRES, FORM, objects="commitment"),
    Page("postes/<str:position>/", positions.position, "position", EVERYBODY, objects="position"),
    Page("postes/<str:position>/modifier/", position_forms.change, "position-change", HIRES, FORM, objects="position"),
    Page("postes/<str:position>/fermer/", position_forms.close, "position-close", HIRES, FORM, objects="position"),
    Page("postes/<str:position>/proposer/", referrals.propose, "position-propose", SENDS, FORM, objects="position"),
)
