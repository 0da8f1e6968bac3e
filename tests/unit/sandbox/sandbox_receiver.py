"""A tiny real receiver of webhooks, which verifies by itself: standard library only."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "whsec_test"


class Receiver(ThreadingHTTPServer):
    """Serves `pictures` by path; answers posts with `answers` in turn, the last one for ever."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.pictures: dict[str, bytes] = {}
        self.answers: list[tuple[int, bytes]] = [(200, b'{"success":true}')]
        self.got: list[dict] = []
        self.timestamps: list[int] = []
        self.forged = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Visit(BaseHTTPRequestHandler):
    server: Receiver

    def do_GET(self) -> None:
        found = self.server.pictures.get(self.path)
        self.reply(200 if found else 404, found or b"none")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        stamp = self.headers["X-SePay-Timestamp"]
        expected = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256)
        if self.headers["X-SePay-Signature"] == "sha256=" + expected.hexdigest():
            self.server.got.append(json.loads(body))
            self.server.timestamps.append(int(stamp))
        else:
            self.server.forged += 1
        answers = self.server.answers
        self.reply(*(answers.pop(0) if len(answers) > 1 else answers[0]))

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
