"""A DynamoDB in great demand: AWS reports colliding transactions, the engine for tests never does."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from infra.ports import HOST
from tests.consistency.office import seeded

SHARE_REFUSED = 0.3
_TYPE = "com.amazonaws.dynamodb.v20120810#"
_ONGOING = "Transaction is ongoing for the item"


@contextmanager
def busy(endpoint: str) -> Iterator[str]:
    """An endpoint before that one, which refuses a share of the writes as AWS does when transactions collide."""
    server = ThreadingHTTPServer((HOST, 0), _handler(endpoint))
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _conflict(operation: str, body: bytes) -> bytes | None:
    """The refusal of this request, None for a request that AWS would not refuse so."""
    if operation == "TransactWriteItems":
        parts = len(json.loads(body)["TransactItems"])
        reasons: list[dict[str, str]] = [{"Code": "None"}] * (parts - 1)
        reasons.append({"Code": "TransactionConflict", "Message": _ONGOING})
        message = "Transaction cancelled, please refer cancellation reasons for specific reasons"
        answer = {"__type": f"{_TYPE}TransactionCanceledException", "Message": message}
        return json.dumps({**answer, "CancellationReasons": reasons}).encode()
    if operation == "UpdateItem":
        return json.dumps({"__type": f"{_TYPE}TransactionConflictException", "message": _ONGOING}).encode()
    return None


def _handler(endpoint: str) -> type[BaseHTTPRequestHandler]:
    address = urlsplit(endpoint).netloc
    chance = seeded(1)

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            conflict = _conflict(operation, body) if chance.random() < SHARE_REFUSED else None
            status, answer = (400, conflict) if conflict else self._forwarded(body)
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _forwarded(self, body: bytes) -> tuple[int, bytes]:
            upstream = http.client.HTTPConnection(address, timeout=10)
            try:
                upstream.request("POST", "/", body, dict(self.headers))
                answer = upstream.getresponse()
                return answer.status, answer.read()
            finally:
                upstream.close()

        def log_message(self, *_: object) -> None:
            pass

    return Proxy
