"""From a frame's text to a command."""

import json

from chalicelib.core.http.errors import FieldError
from chalicelib.core.http.schema import JsonDecodeError, ValidationError, parse_json
from chalicelib.realtime.frames import COMMANDS, MAX_FRAME_BYTES, Command

# So many faults are named. Of a frame full of them the answer would be longer than API Gateway lets pass.
MAX_FIELD_ERRORS = 20


class InvalidFrame(ValueError):
    """A client's frame that cannot be read; `errors` names each fault of its fields."""

    def __init__(self, code: str, detail: str, errors: list[FieldError] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors


def parse_frame(text: str) -> Command:
    """The command in a frame.

    Raises:
        BadFrame: there is none, or its fields do not fit.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        raise InvalidFrame("PAYLOAD_TOO_LARGE", f"A frame may have {MAX_FRAME_BYTES} bytes at most.")
    command = COMMANDS.get(action_of(text) or "")
    if command is None:
        raise InvalidFrame("BAD_REQUEST", f"Send a JSON object whose action is one of {', '.join(COMMANDS)}.")
    try:
        return parse_json(command, text.encode())
    except ValidationError as unfit:
        told = ValidationError(unfit.errors[:MAX_FIELD_ERRORS])
        faults = [FieldError(field, message) for field, message in told.errors]
        raise InvalidFrame("VALIDATION", str(told), faults) from None
    except (JsonDecodeError, UnicodeEncodeError) as fault:
        raise InvalidFrame("VALIDATION", str(fault)) from None


def action_of(text: str) -> str | None:
    """What a frame says that it wants, cut to 64 characters; None if it says nothing of the kind."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    action = frame.get("action") if isinstance(frame, dict) else None
    return action[:64] if isinstance(action, str) else None
