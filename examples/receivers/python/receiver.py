# Receives mail in Python 3.9 or later, without packages: python3 receiver.py
import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ.get("WEBHOOK_SECRET", "").removeprefix("whsec_"))
FOLDER = pathlib.Path(os.environ.get("MAIL_FOLDER", "inbox"))
LARGEST = 64 * 1024 * 1024  # octets of a request
TOLERANCE = 5 * 60  # seconds that the two clocks may differ

if len(KEY) < 24:
    raise SystemExit("WEBHOOK_SECRET must be the secret of the destination: whsec_…")


def is_genuine(headers, body):
    """Whether the octets come from somebody who has the secret, and came just now."""
    message, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", message) or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    signed = f"{message}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest())
    # Several signatures, separated by blanks, while a secret is changed.
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split(b" ")
    return any(hmac.compare_digest(signature, expected) for signature in given)


def store(message, body):
    """Stores the mail under its webhook-id. False: it is there already, because an earlier answer got lost."""
    file = FOLDER / f"{message}.json"
    if file.exists():
        return False
    temporary = FOLDER / f".{message}.{time.monotonic_ns()}"
    with open(temporary, "wb") as handle:
        handle.write(body)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, file)  # a crash leaves the whole mail or none
    return True


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not re.fullmatch(r"[0-9]{1,12}", length):
            return self.answer(411, close=True)
        if int(length) > LARGEST:
            return self.answer(413, close=True)
        body = self.rfile.read(int(length))  # the octets as they came: verify before any parsing
        if not is_genuine(self.headers, body):
            print("refused", flush=True)
            return self.answer(401)
        message = self.headers["webhook-id"]
        if store(message, body):
            print("stored", message, json.loads(body)["data"].get("subject") or "", flush=True)
        else:
            print("repeated", message, flush=True)
        self.answer(204)  # after any other answer the same mail comes again

    def do_HEAD(self):  # 'destinations test' asks whether anybody is there
        self.answer(204)

    def answer(self, status, close=False):
        self.close_connection = close or self.close_connection
        self.send_response(status)
        if status != 204:
            self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


FOLDER.mkdir(parents=True, exist_ok=True)
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver)
print("listening on", server.server_port, flush=True)
server.serve_forever()
