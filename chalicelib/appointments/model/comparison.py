"""Three-way comparison of a draft with the record, field by field.

The rule is diff3's: Khanna, Kunal, Pierce, "A Formal Investigation of Diff3" (2007). No field is merged inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chalicelib.core.http.schema import Schema

FieldState = Literal["unchanged", "mine", "theirs", "same", "conflict"]


@dataclass(frozen=True, slots=True)
class ComparedField(Schema):
    """One form field in the draft's base version, the current record and the draft.

    State `mine`: only the draft changed it; `theirs`: only the record changed; `same`: both made the same change;
    `conflict`: both changed it differently, and a person has to choose.
    """

    field: str
    base: str
    theirs: str
    mine: str
    state: FieldState


def compare_fields(
    base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]
) -> list[ComparedField]:
    """Compare field by field, in the order of `theirs`.

    A field absent from `mine` is unchanged in the draft.
    """
    texts = ((name, base[name], current, mine.get(name, base[name])) for name, current in theirs.items())
    return [ComparedField(name, old, now, new, classify(old, now, new)) for name, old, now, new in texts]


def classify(base: str, theirs: str, mine: str) -> FieldState:
    """Classify one field by diff3's rule."""
    if mine == theirs:
        return "unchanged" if mine == base else "same"
    if theirs == base:
        return "mine"
    return "theirs" if mine == base else "conflict"
