"""One fresh process: import an app and answer one request; prints `import_ms first_request_ms status`.

Arguments: the module that holds `app`, and the request as an API Gateway event in JSON.
"""

import importlib
import json
import sys
import time


def main() -> None:
    """Measure once."""
    module, event = sys.argv[1], json.loads(sys.argv[2])
    started = time.perf_counter()
    app = importlib.import_module(module).app
    imported = time.perf_counter()
    answer = app(event, None)
    answered = time.perf_counter()
    line = f"{(imported - started) * 1000} {(answered - imported) * 1000} {answer['statusCode']}"
    sys.stderr.write(f"\nPROBE {line}\n")


main()
