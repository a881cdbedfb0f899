"""However the document is laid out and wherever a block ends, the records that come out are those that went in."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import concession, contract, contract_2022

from levier.open_data import slicing
from levier.open_data.slicing import Document, Source
from levier.open_data.values import FileFault, FileRefused

RECORDS = [
    contract(id=f"2018{place:04d}00", objet='a "quote" } , { ] and \\ more' * (place % 4)) for place in range(60)
]


def read(text: bytes) -> list[tuple[str, Any]]:
    return [
        (piece.section, json.loads(raw))
        for piece in Document(Source(io.BytesIO(text))).slices()
        for raw in piece.records()
    ]


def numbered(text: bytes) -> list[int]:
    return [
        piece.first + place
        for piece in Document(Source(io.BytesIO(text))).slices()
        for place, _ in enumerate(piece.records())
    ]


@pytest.fixture(params=[4 << 20, 4000, 1500])
def blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(slicing, "BLOCK", request.param)
    return int(request.param)


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("layout", ["marches", "2022", "bare", "lines", "after other keys"])
def test_layouts(layout: str, indent: int | None, blocks: int) -> None:
    both = {"marche": RECORDS, "contrat-concession": [concession(), concession(id="2023DSP02")]}
    documents = {
        "marches": {"marches": RECORDS},
        "2022": {"marches": both},
        "bare": RECORDS,
        "after other keys": {"version": {"titulaires": [1, 2]}, "marches": RECORDS, "fin": [{}]},
    }
    if layout == "lines":
        text = "\n".join(json.dumps(record, indent=indent) for record in RECORDS).encode() + b"\n\n"
    else:
        text = json.dumps(documents[layout], indent=indent, ensure_ascii=indent is None).encode()
    expected = RECORDS + (both["contrat-concession"] if layout == "2022" else [])
    assert [record for _, record in read(text)] == expected
    assert numbered(text) == list(range(1, len(expected) + 1))
    assert [record for _, record in read(b"\xef\xbb\xbf" + text)] == expected


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_compact_records_whose_inside_looks_like_a_boundary(separators: tuple[str, str], blocks: int) -> None:
    parts = [{"id": "90000000100017", "x": {"id": 1}}, {"id": "2"}, {"id": "3"}]
    records = [{"id": str(place), "titulaires": parts, "t": '},{"id": "'} for place in range(200)]
    assert [record for _, record in read(json.dumps({"marches": records}, separators=separators).encode())] == records


def test_one_record_alone() -> None:
    assert read(json.dumps(contract_2022()).encode()) == [("", contract_2022())]
    assert read(json.dumps({"marches": {"marche": contract_2022()}}).encode()) == [("marche", contract_2022())]


def test_sections_that_are_left_out_are_told() -> None:
    document = Document(
        Source(io.BytesIO(b'{"version": 2, "marches": {"marche": [{"id": 1}], "annonces": [{"id": 2}]}}'))
    )
    assert sum(len(piece.records()) for piece in document.slices()) == 1
    assert document.ignored == ["annonces", "version"]


@given(st.integers(0, 5000), st.integers(600, 3000))
@settings(max_examples=60, deadline=None)
def test_a_file_cut_anywhere_is_refused(cut: int, block: int) -> None:
    """The planted fault: were the end not checked, a half file would pass for a whole one."""
    text = json.dumps({"marches": RECORDS[:12]}).encode()
    before = slicing.BLOCK
    slicing.BLOCK = block
    try:
        with pytest.raises(FileRefused) as refusal:
            read(text[: cut % len(text)])
    finally:
        slicing.BLOCK = before
    assert refusal.value.fault in {FileFault.TRUNCATED, FileFault.EMPTY}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"\xef\xbb\xbf \n", FileFault.EMPTY),
        (b"<marches/>", FileFault.NOT_JSON),
        (b"id;acheteur\n1;2", FileFault.NOT_JSON),
        (b"\x00\x01\x02\x03", FileFault.NOT_JSON),
        (b"\x1f\x8b\x08\x00", FileFault.COMPRESSED),
        (b"PK\x03\x04....", FileFault.COMPRESSED),
        ('{"marches": []}'.encode("utf-16"), FileFault.UTF16),
        ('{"marches": []}'.encode("utf-16-le"), FileFault.UTF16),
        (b"[" * 100_000, FileFault.TOO_DEEP),
        (b'{"marches": [' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"]}", FileFault.TOO_DEEP),
        (b'{"marches": [{"id": 1}}', FileFault.BROKEN),
        (b'{"marches": [{"id": 1},]}', FileFault.BROKEN),
        (b'{"marches": [{"id": 1} {"id": 2}]}', FileFault.BROKEN),
        (b'{"marches": [{"id": 1}],}', FileFault.BROKEN),
        (b'{"marches": [{"id": 1}]} et la suite', FileFault.BROKEN),
        (b'{"marches": [{"id": [1}]}', FileFault.BROKEN),
        (b'{"marches" [{"id": 1}]}', FileFault.BROKEN),
        (b'{marches: [{"id": 1}]}', FileFault.BROKEN),
    ],
)
def test_hostile_texts(text: bytes, fault: FileFault) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(text)
    assert refusal.value.fault is fault


def test_a_record_without_end_is_not_swallowed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slicing, "BLOCK", 2000)
    monkeypatch.setattr(slicing, "LARGEST_RECORD", 10_000)
    with pytest.raises(FileRefused) as refusal:
        read(b'{"marches": [{"objet": "' + b"x" * 100_000 + b'"}]}')
    assert refusal.value.fault is FileFault.TOO_LARGE


def lost_and_read(text: bytes) -> tuple[list[tuple[int, int, bytes]], list[Any]]:
    """((number, byte, text) of each record that was stepped over, the others)."""
    lost, found = [], []
    for piece in Document(Source(io.BytesIO(text))).slices():
        if piece.fault is not None:
            lost.append((piece.first, piece.offset, piece.data))
        else:
            found += [json.loads(raw) for raw in piece.records()]
    return lost, found


@given(
    st.integers(1, 10),
    st.integers(0, 10_000),
    st.sampled_from(["cut", "quote", "brace", "bracket"]),
    st.integers(1500, 6000),
)
@settings(max_examples=150, deadline=None)
def test_a_broken_record_costs_only_itself(which: int, where: int, how: str, block: int) -> None:
    texts = [json.dumps(record) for record in RECORDS[:12]]
    at = 1 + where % (len(texts[which]) - 1)
    mark = {"cut": "", "quote": '"', "brace": "}", "bracket": "["}[how]
    texts[which] = texts[which][:at] + mark + texts[which][at + (how == "cut") :]
    text = ('{"marches": [' + ", ".join(texts) + "]}").encode()
    before = slicing.BLOCK
    slicing.BLOCK = block
    try:
        lost, found = lost_and_read(text)
    finally:
        slicing.BLOCK = before
    others = [record for place, record in enumerate(RECORDS[:12]) if place != which]
    assert [record for record in found if record in others] == others, how
    assert len(lost) <= 2
    assert all(text[byte : byte + len(said)] == said for _, byte, said in lost), "what was lost is told to the byte"


def test_a_missing_comma_between_two_records_loses_nothing() -> None:
    texts = [json.dumps(record) for record in RECORDS[:3]]
    document = Document(Source(io.BytesIO(f'{{"marches": [{texts[0]} {texts[1]}, {texts[2]}]}}'.encode())))
    assert sum(len(piece.records()) for piece in document.slices()) == 3
    assert document.ignored == [f"virgule absente, octet {len(texts[0]) + 14}"]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_broken_line_costs_only_itself(which: int) -> None:
    texts = [json.dumps(record) for record in RECORDS[:3]]
    texts[which] = texts[which][:-1]
    raws = [
        raw for piece in Document(Source(io.BytesIO("\n".join(texts).encode()))).slices() for raw in piece.records()
    ]
    assert raws == [text.encode() for text in texts]
