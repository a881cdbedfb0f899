"""Names written in one cell: `Lecoq, Paul`, `LECOQ Paul`, `Paul LECOQ`, `de Oliveira Bernard`."""

_PARTICLES = frozenset("de du des da dos di del della le la les el al ben bel van von der den st saint sainte".split())


def split_name(text: str, *, first_name_first: bool = False) -> tuple[str, str, bool]:
    """(last name, first name, whether the cut is certain). Capitals tell the last name; else the order of the heading does."""
    text = " ".join(text.replace(";", ",").split())
    if "," in text:
        last, _, first = text.partition(",")
        return last.strip(), first.strip(), True
    words = text.split()
    if len(words) < 2:
        return text, "", False
    capitals = [word.isupper() and len(word) > 1 for word in words]
    if any(capitals) and not all(capitals):
        named = [word for word, capital in zip(words, capitals, strict=True) if capital]
        start = capitals.index(True)
        while start and words[start - 1].casefold() in _PARTICLES:
            start -= 1
            named.insert(0, words[start])
        return " ".join(named), " ".join(word for word in words if word not in named), True
    if first_name_first:
        return " ".join(words[1:]), words[0], len(words) == 2
    cut = 1
    while cut < len(words) - 1 and words[cut - 1].casefold() in _PARTICLES:
        cut += 1
    return " ".join(words[:cut]), " ".join(words[cut:]), len(words) - cut == 1
