"""The purchase plan of the demonstration: a workbook as a buyer keeps it, deposited, imported, and some of its lines further on."""

import io
from datetime import date, datetime, timedelta

import xlsxwriter

from levier.accounts.values import Actor
from levier.demonstration.tendering import move_on
from levier.organisations.models import Organisation
from levier.planning.importing import import_upload
from levier.planning.models import Need
from levier.planning.need_actions import move_need, open_file
from levier.planning.stages import Stage
from levier.planning.upload_actions import receive_plan
from levier.reference.queries import catalogue

_WORKS = (
    ("Réhabilitation du collège Les Amandiers", "45210000", "4 900 k€", "14", "Aix-en-Provence"), ("Réfection de la RD 9, section 4", "45233142", "860 000 €", "7", "Vitrolles"),
    ("Extension de la maison du Département", "45213150", "6,2 M€", "20", "Marseille"), ("Piste cyclable de l’étang", "45233162", "1 250 k€", "8", "Istres"),
    ("Toitures des casernes", "45261000", "615 000,50 €", "7", "Salon-de-Provence"), ("Mise en accessibilité des archives", "45262700", "195 000", "5", "Marseille"),
)  # fmt: skip
_SERVICES = (
    ("Entretien des espaces verts, trois lots", "77310000", "1,2 M€", "36", "Arles"), ("Nettoyage des collèges, secteur est", "90911200", "2 350 000 €", "48", "Marseille"),
    ("Gardiennage des sites", "79713000", "510 k€", "36", "Marseille"), ("Télésurveillance", "79711000", "185 000 €", "36", ""),
    ("Maîtrise d’œuvre, pôle de santé", "71240000", "410 000 €", "36", "Aubagne"), ("Débroussaillage des pistes de défense", "77312000", "240 k€", "24", "Aubagne"),
    ("Nettoyage des vitres", "90911300", "88 000 €", "24", "Martigues"), ("Numérisation des actes", "79999100", "120 000 €", "24", "Marseille"),
    ("Restauration du siège", "55523000", "à préciser", "48", "Marseille"), ("Schéma directeur vélo", "79311000", "75 k€", "12", ""),
)  # fmt: skip
_SUPPLIES = (
    ("Mobilier scolaire", "39160000", "640 000 €", "12", ""), ("Tenues des agents des routes", "18143000", "128 000 €", "24", ""),
    ("Denrées, légumes de saison", "15300000", "90 000 €", "12", ""),
)  # fmt: skip


def make_plan(*, mission: Actor, today: date, now: datetime) -> int:
    """Through the real actions: one version three months ago, imported; another today, waiting. Return how many purchases are in the plan."""
    buyer = Organisation.objects.get(pk=mission.organisation_id)
    before = now - timedelta(days=90)
    first = receive_plan(
        actor=mission,
        organisation=buyer,
        content=_workbook(today, 1),
        name=f"programmation_{today.year + 1}_v1.xlsx",
        now=before,
    )
    import_upload(actor=mission, upload_id=first.public_id, drop_gone=False, now=before)
    rows = list(Need.objects.order_by("id"))
    for need in rows[2:4]:
        move_need(actor=mission, public_id=need.public_id, stage=Stage.SIZING, now=before)
    works, services = rows[0], rows[7]
    for need in (works, services):
        open_file(actor=mission, public_id=need.public_id, now=now - timedelta(days=82))
        need.refresh_from_db()
    move_on(mission=mission, works=works, services=services, catalogue=catalogue(), now=now)
    receive_plan(
        actor=mission,
        organisation=buyer,
        content=_workbook(today, 2),
        name=f"programmation_{today.year + 1}_v2.xlsx",
        now=now,
    )
    return len(rows)


def _workbook(today: date, version: int) -> bytes:
    target = io.BytesIO()
    year = today.year + 1
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("Programmation")
        sheet.write(0, 0, f"Programmation des achats {year}, version {version}")
        sheet.write_row(
            2, 0, ("N°", "Objet du marché", "Montant estimé HT", "CPV", "Lancement", "Durée (mois)", "Commune")
        )
        at, rank = 3, 0
        for title, lines in (("TRAVAUX", _WORKS), ("SERVICES", _SERVICES), ("FOURNITURES", _SUPPLIES)):
            sheet.write(at, 0, title)
            at += 1
            for text, cpv, amount, months, place in lines:
                rank += 1
                if version == 2 and rank == 16:
                    continue
                said = "910 000 €" if version == 2 and rank == 2 else amount
                sheet.write_row(at, 0, (f"PA-{rank:03d}", text, said, cpv, f"T{rank % 4 + 1} {year}", months, place))
                at += 1
        if version == 2:
            sheet.write_row(
                at, 0, ("PA-020", "Vêtements de travail recyclés", "60 000 €", "18100000", f"T2 {year}", "24", "")
            )
    return target.getvalue()
