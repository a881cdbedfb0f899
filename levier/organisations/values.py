from enum import StrEnum


class OrganisationKind(StrEnum):
    BUYER = "buyer"
    COMPANY = "company"
    INCLUSIVE_STRUCTURE = "inclusive_structure"
    PRESCRIBER = "prescriber"
    FACILITATOR_BODY = "facilitator_body"


class StructureKind(StrEnum):
    """Inclusive structures (SIAE, adapted enterprises, GEIQ) whose people can meet a clause; domain.md section 4."""

    EI = "EI"
    ACI = "ACI"
    AI = "AI"
    ETTI = "ETTI"
    EITI = "EITI"
    EA = "EA"
    EATT = "EATT"
    ESAT = "ESAT"
    GEIQ = "GEIQ"
