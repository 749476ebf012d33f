"""The generated API documents."""

from infra.documents import normalise, summarise


def test_document_description_names_fields_as_in_json() -> None:
    schema = {"title": "Page", "description": "`next_cursor` is null; `items` and `SESSION_SECONDS` stay."}

    assert normalise(schema) == {"description": "`nextCursor` is null; `items` and `SESSION_SECONDS` stay."}


def test_document_summary_is_first_paragraph() -> None:
    def handler() -> None:
        """List the members of `tenant_id`.

        Deactivated ones too.
        """

    def short() -> None:
        """Refresh."""

    expected = {"summary": "List the members of `tenantId`.", "description": "Deactivated ones too."}
    assert summarise(handler) == expected
    assert summarise(short) == {"summary": "Refresh."}
