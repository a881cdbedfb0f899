"""What pages write beyond `foundation.french`: short dates, large amounts, identifiers read by groups, weights of files."""

from datetime import date, datetime
from decimal import Decimal

from levier.foundation import french
from levier.foundation.french import HARD as NO_BREAK
from levier.foundation.french import THIN as NARROW
from levier.foundation.french import number
from levier.foundation.periods import PARIS

SHORT_MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


def quantity(value: Decimal, places: int | None = None) -> str:
    """A number with the decimals asked for, or with two only where it is not whole: `1 480`, `151,67`."""
    if places is None:
        places = 0 if value == value.to_integral_value() else 2
    return number(value, places)


def hours(value: Decimal, places: int | None = None) -> str:
    return quantity(value, places) + NO_BREAK + "h"


def euros(value: Decimal) -> str:
    return quantity(value) + NO_BREAK + "€"


def large_euros(value: Decimal) -> str:
    """An amount to the ten thousand, for headings: `4,9 M€`, `310 k€`; small ones whole."""
    if abs(value) >= 1_000_000:
        return number(value / 1_000_000, 1).removesuffix(",0") + NO_BREAK + "M€"
    if abs(value) >= 100_000:
        return number(value / 1_000, 0) + NO_BREAK + "k€"
    return number(value, 0) + NO_BREAK + "€"


def percent(rate: Decimal, places: int = 1) -> str:
    """A fraction as a percentage: 0.786 is `78,6 %`, 0.85 is `85 %`."""
    text = number(rate * 100, places)
    if places:
        text = text.removesuffix("," + "0" * places)
    return text + NO_BREAK + "%"


def civil(value: date | datetime) -> date:
    """The date in Paris of an instant; a date stays itself."""
    return value.astimezone(PARIS).date() if isinstance(value, datetime) else value


def _day_number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def short_day(value: date | datetime) -> str:
    day = civil(value)
    return f"{_day_number(day)}{NO_BREAK}{SHORT_MONTHS[day.month - 1]}{NO_BREAK}{day.year}"


def long_day(value: date | datetime, *, weekday: bool = True) -> str:
    day = civil(value)
    text = french.day(day)
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def month(value: date | datetime) -> str:
    return french.month(civil(value))


def of_month(value: date | datetime) -> str:
    """`d’octobre 2026`, `de mars 2026`: for titles such as « Heures d’octobre »."""
    text = month(value)
    return f"d’{text}" if text[0] in "ao" else f"de {text}"


def moment(value: datetime) -> str:
    local = value.astimezone(PARIS)
    return f"{short_day(value)} à {local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"


def plural(count: int, forms: str) -> str:
    """`plural(3, "ligne,lignes")` is `3 lignes`. French says the singular for 0 and 1."""
    one, _, many = forms.partition(",")
    word = one if abs(count) < 2 else (many or one + "s")
    return number(count) + NO_BREAK + word


def phone(value: str) -> str:
    """`+33623618059` or `0623618059` as it is dictated: `06 23 61 80 59`. Anything else is left as it is."""
    digits = "".join(character for character in value if character.isdigit())
    if digits.startswith("33") and len(digits) == 11:
        digits = "0" + digits[2:]
    if len(digits) != 10:
        return value
    return NO_BREAK.join(digits[start : start + 2] for start in range(0, 10, 2))


def telephone_link(value: str) -> str:
    digits = "".join(character for character in value if character.isdigit())
    if len(digits) == 10 and digits.startswith("0"):
        return "tel:+33" + digits[1:]
    return ("tel:+" if value.strip().startswith("+") else "tel:") + digits


def siret(value: str) -> str:
    """`90000001700012` as it is read aloud: `900 000 017 00012`."""
    if len(value) == 14 and value.isdigit():
        return NARROW.join((value[:3], value[3:6], value[6:9], value[9:]))
    return value


def initials(name: str) -> str:
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


def weight(size: int) -> str:
    """Bytes as French people read them, by thousands: `212 ko`, `1,4 Mo`."""
    if size < 1_000_000:
        return quantity(Decimal(max(1, round(size / 1_000)))) + NO_BREAK + "ko"
    return number(Decimal(size) / 1_000_000, 1).removesuffix(",0") + NO_BREAK + "Mo"
