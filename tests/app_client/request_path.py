"""The files of the service that a request passes, found by a trace of its calls."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType

import chalicelib
from chalicelib.core.http.router import Endpoint

_ROOT = Path(chalicelib.__file__).parent


def files_passed(entry: Endpoint, request: Callable[[], object]) -> list[str]:
    """Make a request and return the files of chalicelib that it enters from an endpoint's handler down.

    A file is entered by a call of one of its functions. Code that runs at import, and methods that `dataclass`
    generates, do not count.
    """
    code: CodeType = entry.handler.__code__
    files: set[str] = set()
    is_inside = False

    def trace(frame: FrameType, event: str, _: object) -> None:
        nonlocal is_inside
        if frame.f_code is code:
            is_inside = event == "call"
        path = Path(frame.f_code.co_filename)
        if event == "call" and (is_inside or frame.f_code is code) and path.is_relative_to(_ROOT):
            files.add(path.relative_to(_ROOT).as_posix())

    sys.setprofile(trace)
    try:
        request()
    finally:
        sys.setprofile(None)
    return sorted(files)
