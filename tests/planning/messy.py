"""Purchase plans as people keep them, made from a seed: the same needs written in as many ways as the generator knows.

The truth is fixed first; each seed then chooses a file format, headings, an order of columns, spellings of figures and dates, and rows
that are not lines. Reading the file must give the truth back.
"""

import csv
import io
import random
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import xlsxwriter

HEADINGS = {
    "reference": ("Référence", "réf.", "N°", "Code", "Identifiant", "N° de marché", "Numéro", "REFERENCE", "N° opération", "Réference"),
    "object": ("Objet", "Objet du marché", "Intitulé", "Libellé", "DESIGNATION", "Description du besoin", "Objet de la consultation", "libellé du marché", "Intitulé du  besoin", "Intiulé"),
    "nature": ("Nature", "Type de marché", "Catégorie", "Nature du marché", "TYPE D'ACHAT", "T/F/S"),
    "amount": ("Montant HT", "Montant estimé HT", "Estimation (€ HT)", "Enveloppe", "Budget prévisionnel", "Montant prévisionnel HT", "Coût estimé HT", "MONTANT ESTIME", "Montant total HT", "Montnat HT"),
    "cpv": ("CPV", "Code CPV", "CPV principal", "Nomenclature CPV", "code cpv", "N° CPV"),
    "start": ("Date de lancement", "Lancement", "Démarrage", "Date de début", "Date prévisionnelle de lancement", "Période", "Lancement de la consultation", "Publication", "Date de lancment"),
    "duration_months": ("Durée (mois)", "Durée en mois", "Durée du marché (mois)", "Nb de mois", "DUREE (MOIS)"),
    "department": ("Service", "Direction", "Service prescripteur", "Direction pilote", "Pôle", "Service gestionnaire"),
    "comment": ("Observations", "Commentaires", "Remarques", "Notes"),
}  # fmt: skip
OTHER_COLUMNS = (
    "Élu référent",
    "Priorité",
    "Téléphone",
    "Imputation budgétaire",
    "Acheteur",
    "Montant TTC",
    "TVA",
    "Date de fin",
    "Avancement",
)
NATURES = {"travaux": ("Travaux", "travaux", "T", "TRAVAUX", "Marché de travaux"), "services": ("Services", "services", "S", "Prestations de services"), "fournitures": ("Fournitures", "F", "FOURNITURES", "fournitures")}  # fmt: skip
SECTIONS = {"travaux": ("TRAVAUX", "Travaux", "I - Travaux", "Marchés de travaux"), "services": ("SERVICES", "Services", "II - Services", "Marchés de services"), "fournitures": ("FOURNITURES", "Fournitures", "III - Fournitures", "Marchés de fournitures")}  # fmt: skip
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SHORT = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
TITLES = (
    "Département fictif",
    "Programmation des achats 2027",
    "Document de travail",
    "Direction de la commande publique",
    "Mise à jour du 12/10/2026",
)
NOTES = (
    "* montants estimatifs, susceptibles d’évoluer en cours d’année selon les arbitrages budgétaires",
    "NB : les dates sont indicatives",
    "(1) sous réserve du vote du budget",
)
OBJECTS = (
    ("travaux", "Rénovation de la toiture du collège Exemple", "45261000"), ("travaux", "Enrobés sur la RD 9001", "45233220"),
    ("travaux", "Peinture de la MDS Témoin", "45442100"), ("travaux", "Réfection de la chaufferie", "45331000"),
    ("services", "Nettoyage des locaux administratifs", "90911200"), ("services", "Tonte et taille des abords", "77310000"),
    ("services", "Étude de programmation d’un gymnase", "71241000"), ("services", "Maintenance des ascenseurs", "50750000"),
    ("services", "Gardiennage du siège", "79713000"), ("fournitures", "Mobilier scolaire", "39160000"),
    ("fournitures", "Vêtements de travail des agents", "18110000"), ("fournitures", "Denrées pour les cantines", "15000000"),
)  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """What a careful reader finds."""

    reference: str
    object: str
    nature: str
    amount: Decimal
    cpv: str
    start: str
    duration_months: int
    department: str


@dataclass(frozen=True)
class Messy:
    """A file, and what must be read in it. `asked`: fields that it has columns (or sections) for."""

    name: str
    content: bytes
    lines: tuple[Truth, ...]
    asked: frozenset[str]


def needs(chance: random.Random, count: int) -> list[Truth]:
    """Needs that look like those of a département."""
    found = []
    for number in range(1, count + 1):
        nature, text, cpv = chance.choice(OBJECTS)
        amount = Decimal(chance.choice([40, 75, 120, 250, 615, 900, 1250, 3400])) * 1000 + chance.choice(
            [Decimal(0), Decimal(0), Decimal("500.50")]
        )
        start = chance.choice(["2027-Q3", "2027-H1", "2027-09", "2027-05", "2027-09-15", "2027-02-01"])
        months = chance.choice([4, 7, 12, 24, 36, 48])
        found.append(
            Truth(
                f"{nature[0].upper()}-{number:02d}",
                f"{text} ({number})",
                nature,
                amount,
                cpv,
                start,
                months,
                f"Service {number % 4 + 1}",
            )
        )
    return found


def amount_written(chance: random.Random, amount: Decimal, *, typed: bool) -> object:
    whole = amount == amount.to_integral_value()
    plain = f"{amount:,.2f}".replace(",", " ").replace(".", ",") if not whole else f"{int(amount):,}".replace(",", " ")
    ways: list[object] = [
        f"{plain} €",
        plain,
        f"{plain} € HT",
        plain.replace(" ", "\u202f") + " €",
        plain.replace(" ", "\u00a0"),
        plain.replace(" ", "."),
        plain.replace(" ", ""),
    ]
    if amount % 10 == 0:
        thousands = f"{amount / 1000:f}".replace(".", ",")
        ways += [f"{thousands} k€", f"{thousands} K€ HT", f"{thousands}k€"]
    if amount >= 1_000_000 and amount % 1000 == 0:
        ways.append(f"{(amount / 1_000_000).normalize():f} M€".replace(".", ","))
    if typed:
        ways += [float(amount)] * 6
    return chance.choice(ways)


def start_written(chance: random.Random, start: str, *, typed: bool) -> object:
    year = start[:4]
    if "Q" in start:
        number = start[-1]
        suffix = {"1": "er"}.get(number, "e")
        return chance.choice(
            [
                f"T{number} {year}",
                f"{number}{suffix} trimestre {year}",
                f"{year}-Q{number}",
                f"T{number}-{year[2:]}",
                f"{number}ème trim. {year}" if number != "1" else f"T1/{year}",
                f"{year} T{number}",
            ]
        )
    if "H" in start:
        number = start[-1]
        return chance.choice(
            [
                f"S{number} {year}",
                f"{number}{'er' if number == '1' else 'e'} semestre {year}",
                f"{number}{'er' if number == '1' else 'e'} sem. {year}",
            ]
        )
    month = int(start[5:7])
    if len(start) == 7:
        ways: list[object] = [
            f"{MONTHS[month - 1]} {year}",
            f"{SHORT[month - 1].rstrip('.')}-{year[2:]}",
            f"{month:02d}/{year}",
            start,
            f"{SHORT[month - 1]} {year}",
            MONTHS[month - 1].upper() + " " + year,
        ]
        if typed:
            ways.append(("month", date(int(year), month, 1)))
        return chance.choice(ways)
    day = date.fromisoformat(start)
    ways = [
        f"{day:%d/%m/%Y}",
        start,
        f"{day.day} {MONTHS[month - 1]} {year}" if day.day > 1 else f"1er {MONTHS[month - 1]} {year}",
        f"{day:%d-%m-%Y}",
        f"{day:%d.%m.%Y}",
    ]
    if typed:
        ways += [day] * 4
    return chance.choice(ways)


def cpv_written(chance: random.Random, cpv: str, *, typed: bool) -> object:
    check = sum(int(digit) * weight for digit, weight in zip(cpv, (3, 7, 1, 3, 7, 1, 3, 7), strict=True)) % 10
    return chance.choice(
        [cpv, f"{cpv}-{check}", f"{cpv}-{check} Libellé du code", *([float(cpv)] * 3 if typed else [])]
    )


def table(chance: random.Random, truth: list[Truth], *, typed: bool) -> tuple[list[list[object]], frozenset[str]]:
    """Rows as they would be typed, and the fields they tell."""
    optional = ("reference", "cpv", "start", "duration_months", "department", "comment")
    fields = ["object", "amount", *[name for name in optional if chance.random() < 0.8]]
    by_section = chance.random() < 0.4
    if by_section:
        truth.sort(key=lambda one: ("travaux", "services", "fournitures").index(one.nature))
    elif chance.random() < 0.7:
        fields.append("nature")
    layout = _layout(chance, fields)
    heading = [name[1:] if name.startswith("+") else chance.choice(HEADINGS[name]) for name in layout]
    rows: list[list[object]] = [[title] for title in chance.sample(TITLES, chance.randint(0, 3))]
    rows += [[] for _ in range(chance.randint(0, 2))]
    rows += [list(heading), *_body(chance, truth, layout, list(heading), typed=typed, by_section=by_section)]
    if chance.random() < 0.4:
        rows += [[], [chance.choice(NOTES)]]
    told = frozenset(fields) | ({"nature"} if by_section else set())
    indent = chance.choice([0, 0, 0, 1])
    return [["" for _ in range(indent)] + row if row else row for row in rows], told - {"comment"}


def _layout(chance: random.Random, fields: list[str]) -> list[str]:
    """The columns in order, those of no interest (`+Priorité`) among them."""
    layout = list(fields)
    if chance.random() < 0.6:
        chance.shuffle(layout)
    elif "reference" in layout:
        layout.insert(0, layout.pop(layout.index("reference")))
    for other in chance.sample(OTHER_COLUMNS, chance.randint(0, 3)):
        layout.insert(chance.randint(0, len(layout)), f"+{other}")
    return layout


def _body(
    chance: random.Random,
    truth: list[Truth],
    layout: list[str],
    heading: list[object],
    *,
    typed: bool,
    by_section: bool,
) -> list[list[object]]:
    """Lines, with sections, subtotals, blank rows and the header again here and there."""
    rows: list[list[object]] = []
    section, subtotal, totals = "", Decimal(0), chance.random() < 0.5
    for position, need in enumerate(truth):
        if by_section and need.nature != section:
            if section and totals:
                rows.append(_total_row(layout, f"Sous-total {section}", subtotal))
            section, subtotal = need.nature, Decimal(0)
            rows.append([chance.choice(SECTIONS[section])])
        if chance.random() < 0.1:
            rows.append([])
        if position and chance.random() < 0.05:
            rows.append(list(heading))
        rows.append([_cell(chance, need, name, typed=typed) for name in layout])
        subtotal += need.amount
    if totals:
        grand = sum((one.amount for one in truth), Decimal(0))
        rows.append(_total_row(layout, chance.choice(["Total", "TOTAL GÉNÉRAL", "Total HT"]), grand))
    return rows


def _cell(chance: random.Random, need: Truth, name: str, *, typed: bool) -> object:
    if name.startswith("+"):
        return _other_cell(chance, need, name[1:], typed=typed)
    if name in _WRITERS:
        return _WRITERS[name](chance, getattr(need, name), typed=typed)
    if name == "nature":
        return chance.choice(NATURES[need.nature])
    return (
        chance.choice(["", "", "RAS", "lot unique", "à confirmer avec le service"])
        if name == "comment"
        else getattr(need, name)
    )


def duration_written(chance: random.Random, months: int, *, typed: bool) -> object:
    return float(months) if typed and chance.random() < 0.7 else chance.choice([f"{months} mois", str(months)])


_WRITERS = {"amount": amount_written, "start": start_written, "cpv": cpv_written, "duration_months": duration_written}


def _other_cell(chance: random.Random, need: Truth, heading: str, *, typed: bool) -> object:
    if heading == "Montant TTC":
        with_tax = need.amount * Decimal("1.2")
        return float(with_tax) if typed else f"{with_tax:.2f}".replace(".", ",")
    known = {
        "Date de fin": "31/12/2030",
        "TVA": "20 %",
        "Téléphone": "04 13 31 00 00",
        "Imputation budgétaire": "621-6188",
    }
    return known.get(heading) or chance.choice(["haute", "Mme Exemple", "M. Modèle", "en cours"])


def _total_row(layout: list[str], label: str, amount: Decimal) -> list[object]:
    row: list[object] = ["" for _ in layout]
    place = layout.index("amount")
    row[0 if place else min(1, len(row) - 1)] = label
    row[place] = float(amount)
    return row


def messy(seed: int) -> Messy:
    chance = random.Random(seed)
    kind = chance.choice(["xlsx", "xlsx", "ods", "csv", "csv"])
    truth = needs(chance, chance.randint(3, 25))
    rows, asked = table(chance, truth, typed=kind == "xlsx")
    if kind == "xlsx":
        content = as_xlsx(rows, chance)
    elif kind == "ods":
        content = as_ods(rows, chance)
    else:
        content = as_csv(rows, chance)
    return Messy(f"messy_{seed}.{kind}", content, tuple(truth), asked)


def as_xlsx(rows: list[list[object]], chance: random.Random) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    month = book.add_format({"num_format": chance.choice(["mmm-yy", "mmmm yyyy", "[$-40C]mmm-yy;@"])})
    if chance.random() < 0.3:
        notice = book.add_worksheet("Lisez-moi")
        notice.write_column(0, 0, ["Mode d’emploi", "Remplir la feuille suivante", "Objet : décrire le besoin"])
    sheet = book.add_worksheet(chance.choice(["Programmation", "Feuil1", "Plan 2027", "Achats"]))
    width = max(len(row) for row in rows)
    for number, row in enumerate(rows):
        if len([cell for cell in row if cell != ""]) == 1 and len(row) == 1 and chance.random() < 0.5 and width > 3:
            sheet.merge_range(number, 0, number, width - 1, row[0])
            continue
        for column, cell in enumerate(row):
            if isinstance(cell, tuple):
                sheet.write_datetime(number, column, cell[1], month)
            elif isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, float):
                sheet.write_number(number, column, cell)
            elif cell != "":
                sheet.write_string(number, column, str(cell))
    if chance.random() < 0.2:
        book.add_worksheet("Listes").write_column(0, 0, ["Travaux", "Services", "Fournitures"])
    book.close()
    return stream.getvalue()


_ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="%s">%s</table:table></office:spreadsheet></office:body></office:document-content>"""


def as_ods(rows: list[list[object]], chance: random.Random) -> bytes:
    lines = []
    for row in rows:
        cells = "".join(_ods_cell(cell) for cell in row) or "<table:table-cell/>"
        lines.append(f"<table:table-row>{cells}</table:table-row>")
    return ods_of(_ODS % (chance.choice(["Programmation", "Feuille1"]), "".join(lines)))


def ods_of(content: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return stream.getvalue()


def _ods_cell(cell: object) -> str:
    if cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, float):
        return f'<table:table-cell office:value-type="float" office:value="{cell!r}"><text:p>{cell}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'


def as_csv(rows: list[list[object]], chance: random.Random) -> bytes:
    encoding = chance.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16", "mac_roman"])
    stream = io.StringIO()
    writer = csv.writer(
        stream, delimiter=chance.choice([";", ";", "\t", ",", "|"]), lineterminator=chance.choice(["\r\n", "\n"])
    )
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return stream.getvalue().encode(encoding, "replace" if encoding in {"cp1252", "mac_roman"} else "strict")


def _csv_cell(cell: object) -> str:
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".replace(".", ",").removesuffix(",0")
    return str(cell)
