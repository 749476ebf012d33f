"""The files of the service that a request or an event passes, found by a trace of its calls."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType

import chalicelib

_ROOT = Path(chalicelib.__file__).parent


def files_passed(entry: Callable[..., object], request: Callable[[], object]) -> list[str]:
    """Make a request and return the files of chalicelib that it enters from the function `entry` down.

    They stand in the order of their first call.

    A file is entered by a call of one of its functions. Code that runs at import, and methods that `dataclass`
    generates, do not count.
    """
    code: CodeType = entry.__code__
    files: dict[str, None] = {}
    is_inside = False

    def trace(frame: FrameType, event: str, _: object) -> None:
        nonlocal is_inside
        if frame.f_code is code and event in ("call", "return"):
            is_inside = event == "call"
        path = Path(frame.f_code.co_filename)
        if event == "call" and (is_inside or frame.f_code is code) and path.is_relative_to(_ROOT):
            files[path.relative_to(_ROOT).as_posix()] = None

    threading.setprofile(trace)
    sys.setprofile(trace)
    try:
        request()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return list(files)
