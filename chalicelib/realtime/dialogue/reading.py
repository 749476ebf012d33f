"""From a frame's text to a command."""

import json

from chalicelib.core.errors import Fault
from chalicelib.core.shape import NotJson, Unfit, parse_json
from chalicelib.realtime.frames import COMMANDS, MOST_FRAME_BYTES, Command

# So many faults are named. Of a frame full of them the answer would be longer than API Gateway lets pass.
MOST_FAULTS = 20


class BadFrame(ValueError):
    """A client's frame that cannot be read; `errors` names each fault of its fields."""

    def __init__(self, code: str, detail: str, errors: list[Fault] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors


def read(text: str) -> Command:
    """The command in a frame.

    Raises:
        BadFrame: there is none, or its fields do not fit.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MOST_FRAME_BYTES:
        raise BadFrame("PAYLOAD_TOO_LARGE", f"A frame may have {MOST_FRAME_BYTES} bytes at most.")
    command = COMMANDS.get(action_of(text) or "")
    if command is None:
        raise BadFrame("BAD_REQUEST", f"Send a JSON object whose action is one of {', '.join(COMMANDS)}.")
    try:
        return parse_json(command, text.encode())
    except Unfit as unfit:
        told = Unfit(unfit.faults[:MOST_FAULTS])
        faults = [Fault(field, message) for field, message in told.faults]
        raise BadFrame("VALIDATION", str(told), faults) from None
    except (NotJson, UnicodeEncodeError) as fault:
        raise BadFrame("VALIDATION", str(fault)) from None


def action_of(text: str) -> str | None:
    """What a frame says that it wants, cut to 64 characters; None if it says nothing of the kind."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    action = frame.get("action") if isinstance(frame, dict) else None
    return action[:64] if isinstance(action, str) else None
