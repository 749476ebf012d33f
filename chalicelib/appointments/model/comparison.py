"""Two people changed one text: what each field was, is now, and would be. The rule is diff3's, field by field.

Khanna, Kunal, Pierce, "A Formal Investigation of Diff3" (2007); a field is changed or not, never merged inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chalicelib.core.http.schema import Schema

FieldState = Literal["unchanged", "mine", "theirs", "same", "conflict"]


@dataclass(frozen=True, slots=True)
class ComparedField(Schema):
    """One input of the form: its text in the version that the draft grew from, in the record now, in the draft.

    `mine`: only the draft changed it, so that it can be taken over as it is; `theirs`: only the record changed;
    `same`: both made the same change; `conflict`: a person has to choose.
    """

    field: str
    base: str
    theirs: str
    mine: str
    state: FieldState


def compare_fields(
    base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]
) -> list[ComparedField]:
    """Compare field by field, in the order of `theirs`; what `mine` does not mention it did not change."""
    texts = ((name, base[name], now, mine.get(name, base[name])) for name, now in theirs.items())
    return [ComparedField(name, old, now, new, classify(old, now, new)) for name, old, now, new in texts]


def classify(base: str, theirs: str, mine: str) -> FieldState:
    """Who changed a field."""
    if mine == theirs:
        return "unchanged" if mine == base else "same"
    if theirs == base:
        return "mine"
    return "theirs" if mine == base else "conflict"
