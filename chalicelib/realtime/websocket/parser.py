"""Parse the text of a frame into a command."""

import json

from chalicelib.core.http.errors import FieldError
from chalicelib.core.http.schema import JsonDecodeError, ValidationError, parse_json
from chalicelib.realtime.frames.commands import COMMANDS, MAX_FRAME_BYTES, Command

# An error frame with more of them could be longer than API Gateway allows.
MAX_FIELD_ERRORS = 20


class InvalidFrame(ValueError):
    """A frame that is no valid command; `errors` has one entry for each invalid field."""

    def __init__(self, code: str, detail: str, errors: list[FieldError] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors


def parse_frame(text: str) -> Command:
    """Return the command in a frame.

    Raises:
        InvalidFrame: it has none, or fields that are not valid.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        raise InvalidFrame("PAYLOAD_TOO_LARGE", f"A frame may have {MAX_FRAME_BYTES} bytes at most.")
    command = COMMANDS.get(action_of(text) or "")
    if command is None:
        raise InvalidFrame("BAD_REQUEST", f"Send a JSON object whose action is one of {', '.join(COMMANDS)}.")
    try:
        return parse_json(command, text.encode())
    except ValidationError as error:
        reported = ValidationError(error.errors[:MAX_FIELD_ERRORS])
        errors = [FieldError(field, message) for field, message in reported.errors]
        raise InvalidFrame("VALIDATION", str(reported), errors) from None
    except (JsonDecodeError, UnicodeEncodeError) as error:
        raise InvalidFrame("VALIDATION", str(error)) from None


def action_of(text: str) -> str | None:
    """Return the first 64 characters of a frame's action; None if it has no action."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    action = frame.get("action") if isinstance(frame, dict) else None
    return action[:64] if isinstance(action, str) else None
