"""The CSV format of import and export (RFC 4180): columns, media type, and the escape of formulas."""

import re
from typing import Final

MEDIA_TYPE: Final = "text/csv"
# RFC 4180, section 3, for `header`.
CONTENT_TYPE: Final = f"{MEDIA_TYPE}; charset=utf-8; header=present"
COLUMNS: Final = (
    "id",
    "doctor",
    "doctorId",
    "service",
    "serviceId",
    "patientName",
    "patientEmail",
    "patientPhone",
    "startsAt",
    "endsAt",
    "timeZone",
    "status",
    "title",
    "notes",
)
# Spreadsheets run such a cell as a formula (OWASP, "CSV Injection"); an apostrophe in front marks it as text.
# A cell that has one already gets another, so that the escape can be undone.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n]")


def escape_formula(cell: str) -> str:
    """Return the cell in a form that no spreadsheet runs as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """Undo `escape_formula`."""
    return cell[1:] if _ESCAPED.match(cell) else cell
