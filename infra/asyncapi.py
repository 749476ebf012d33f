"""AsyncAPI 3.0, generated from the frames: `python -m infra.asyncapi` writes chalicelib/core/asyncapi.json.

`--check` writes nothing and fails if the file differs from the code.
"""

import sys
from typing import Any, get_args, get_type_hints

from chalicelib import __version__
from chalicelib.core.api import ASYNCAPI
from chalicelib.realtime.frames.catalog import FRAMES
from chalicelib.realtime.frames.commands import COMMANDS, MAX_FRAME_BYTES
from infra.documents import Json, json_schemas, summarise, write_or_check

_CHANNEL = "#/channels/socket"


def build_document() -> Json:
    """Build the whole document."""
    commands, frames = list(COMMANDS.values()), list(FRAMES)
    schemas, definitions = json_schemas({*commands, *frames})
    messages = {
        schema_class.__name__: _message(schema_class, schemas[schema_class])
        for schema_class in (*commands, *frames)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Holdfast, live",
            "version": __version__,
            "description": (
                "Open /ws?ticket=… with a ticket of POST /api/auth/ws-ticket or, without an account, of "
                "POST /api/public/{slug}/ws-ticket, which gets slots alone. Frames are JSON text, at most "
                f"{MAX_FRAME_BYTES} bytes in. A bad frame is answered by an error frame; the socket stays open. "
                "Drop a lock frame whose version is not above the last seen. Subscribe again after a reconnect."
            ),
        },
        "channels": {
            "socket": {"address": "/ws", "messages": {name: _ref(f"messages/{name}") for name in messages}}
        },
        "operations": {
            "fromClient": _operation("receive", commands),
            "toClient": _operation("send", frames),
        },
        "components": {"messages": messages, "schemas": definitions},
    }


def _message(schema_class: Any, schema: Json) -> Json:  # noqa: ANN401 - any schema class
    hints = get_type_hints(schema_class)
    names = get_args(hints.get("type") or hints["action"])
    return {"name": ", ".join(names), **summarise(schema_class), "payload": schema}


def _operation(action: str, schemas: list[Any]) -> Json:
    messages = [{"$ref": f"{_CHANNEL}/messages/{schema_class.__name__}"} for schema_class in schemas]
    return {"action": action, "channel": {"$ref": _CHANNEL}, "messages": messages}


def _ref(path: str) -> Json:
    return {"$ref": f"#/components/{path}"}


if __name__ == "__main__":
    raise SystemExit(write_or_check(ASYNCAPI, build_document(), sys.argv[1:]))
