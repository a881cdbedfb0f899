"""Plans of purchases for tests, and what a test does with one."""

import io
import random
from datetime import date

import xlsxwriter

from levier.planning import importing, upload_actions
from levier.planning.models import PlanUpload
from tests.world import NOW, World

HEADING = ("Référence", "Objet", "Nature", "Montant estimé HT", "CPV", "Lancement", "Durée (mois)", "Lieu")
LINES = (
    ("T-1", "Rénovation du collège", "Travaux", "6 000 k€", "45210000", "T1 2027", 14, "Aix-en-Provence"),
    ("S-2", "Nettoyage des vitres", "Services", "88 000 €", "90911300", "T3 2027", 24, "Marseille"),
    ("S-3", "Gardiennage du siège", "Services", "à voir", "79713000", "S2 2027", 36, "Marseille"),
    ("F-4", "Fournitures de bureau", "Fournitures", 36000, "30192000", "avril 2027", 12, ""),
)


def book(*lines: tuple[object, ...], heading: tuple[str, ...] = HEADING, title: str = "Programmation 2027") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        sheet = made.add_worksheet("Achats")
        sheet.write(0, 0, title)
        for at, line in enumerate((heading, *lines), start=2):
            sheet.write_row(at, 0, line)
    return target.getvalue()


def receive(
    world: World, content: bytes, who: str = "buyer", organisation: str = "Département d’essai", name: str = "plan.xlsx"
) -> PlanUpload:
    return upload_actions.receive_plan(
        actor=world.actors[who], organisation=world.organisations[organisation], content=content, name=name, now=NOW
    )


def bring(world: World, upload: PlanUpload, *, gone: bool = False, who: str = "buyer") -> PlanUpload:
    return importing.import_upload(actor=world.actors[who], upload_id=upload.public_id, drop_gone=gone, now=NOW)


_OBJECTS = (
    ("Réhabilitation du collège {}", "Travaux", "45210000-2", 4_900_000), ("Réfection de la RD {}", "tvx", "45233142", 860_000),
    ("Nettoyage des locaux, secteur {}", "Services", "90911200-8 Nettoyage de bâtiments", 240_000), ("Espaces verts, lot {}", "S", "77310000", 1_200_000),
    ("Gardiennage du site {}", "prestations de services", "79713000", 510_000), ("Maîtrise d'œuvre, opération {}", "services", "71240000", 410_000),
    ("Mobilier scolaire, lot {}", "Fournitures", "39160000", 64_000), ("Maintenance des ascenseurs {}", "Services", "50750000", 88_000),
)  # fmt: skip
_STARTS = ("T3 2026", "sept. 2027", "1er semestre 2027", "15/09/2027", date(2027, 3, 1), "mars-27")


def seven_hundred(seed: int = 11, count: int = 700) -> bytes:
    """A plan as a buyer keeps it: a notice on the first sheet, a title, sections, totals, amounts and dates written in every way."""
    chance = random.Random(seed)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        made.add_worksheet("Mode d'emploi").write(0, 0, "Compléter l'onglet suivant avant le 15 de chaque mois.")
        sheet, day = made.add_worksheet("Achats 2027"), made.add_format({"num_format": "dd/mm/yyyy"})
        sheet.merge_range(0, 0, 0, 6, "Programmation prévisionnelle 2027")
        heading = (
            "N° opération",
            "Intitulé",
            "Type de marché",
            "Estimation HT",
            "Code CPV",
            "Lancement prévu",
            "Durée",
            "Direction",
            "Commune",
        )
        sheet.write_row(3, 0, heading)
        at = 4
        for rank in range(count):
            if rank % 50 == 0:
                sheet.write(at, 1, f"TOTAL {rank // 50}" if rank else "")
                sheet.write(at, 3, 1_000_000 if rank else "")
                at += 1
            text, nature, cpv, usual = chance.choice(_OBJECTS)
            amount = round(usual * chance.uniform(0.4, 1.6), -3)
            written = chance.choice(
                (
                    f"{amount:,.0f} €".replace(",", " "),
                    f"{amount / 1000:.0f} k€",
                    amount,
                    f"{amount / 1_000_000:.3f} M€".replace(".", ","),
                )
            )
            starts = chance.choice(_STARTS)
            line = (f"PA{rank:03d}", text.format(rank), nature, "à définir" if rank % 70 == 13 else written, cpv, "", chance.choice((12, "24 mois", "3 ans", 48)),
                    chance.choice(("DRT", "Collèges", "DGA Solidarité")), chance.choice(("Marseille", "Arles", "Aix-en-Provence", "", "Tout le département")))  # fmt: skip
            sheet.write_row(at, 0, line)
            if isinstance(starts, date):
                sheet.write_datetime(at, 5, starts, day)
            else:
                sheet.write(at, 5, starts)
            at += 1
    return target.getvalue()
