"""One fresh process: import an app and serve one event; prints the status, import, first event and CPU in ms.

Arguments: the module, the function in it, and the event in JSON.
"""

import importlib
import json
import sys
import time


def main() -> None:
    """Measure once."""
    module, function, event = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    started, started_cpu = time.perf_counter(), time.process_time()
    serve = getattr(importlib.import_module(module), function)
    imported = time.perf_counter()
    answer = serve(event, None)
    served, served_cpu = time.perf_counter(), time.process_time()
    status = (answer or {}).get("statusCode", 200)
    if (answer or {}).get("batchItemFailures"):
        status = 500
    times = (imported - started, served - imported, served_cpu - started_cpu)
    sys.stderr.write(f"\nPROBE {status} {' '.join(str(seconds * 1000) for seconds in times)}\n")


main()
