# Receives mail in Python 3.9 or later, without packages: python3 receiver.py
import base64
import hashlib
import hmac
import os
import pathlib
import re
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ.get("WEBHOOK_SECRET", "").removeprefix("whsec_"))
FOLDER = pathlib.Path(os.environ.get("MAIL_FOLDER", "inbox")).resolve()
LARGEST = 128 * 1024 * 1024  # octets of a request
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
    mac = hmac.new(KEY, f"{message}.{timestamp}.".encode(), hashlib.sha256)
    mac.update(body)
    expected = b"v1," + base64.b64encode(mac.digest())
    # Several signatures, separated by blanks, while a secret is changed.
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split(b" ")
    return any(hmac.compare_digest(signature, expected) for signature in given)


def store(message, body):
    """Stores the mail under its webhook-id. False: it is there already, from an earlier request or from one at the same time."""
    file, temporary = FOLDER / f"{message}.json", FOLDER / f".{message}.{uuid.uuid4()}"
    is_new = not file.exists()
    if is_new:
        try:
            with open(temporary, "xb") as handle:
                handle.write(body)
                handle.flush()
                os.fsync(handle.fileno())
            os.link(temporary, file)  # of several at the same time, one succeeds; a crash leaves the whole mail or none
        except FileExistsError:
            is_new = False
        finally:
            temporary.unlink(missing_ok=True)
    sync(FOLDER)  # for a repeat too: the other request may not have come this far
    return is_new


def sync(folder):
    """Writes the names in a folder to the disk. Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def log(text):
    sys.stdout.write(f"{text}\n")  # at once: print would mix the lines of threads
    sys.stdout.flush()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds in which a client sends nothing

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not re.fullmatch(r"[0-9]{1,12}", length):
            return self.answer(411)
        if int(length) > LARGEST:
            return self.answer(413)
        body = self.rfile.read(int(length))  # the octets as they came: verify before any parsing
        if len(body) < int(length):
            return self.answer(503)  # the connection broke
        if not is_genuine(self.headers, body):
            log("refused")
            return self.answer(401)
        message = self.headers["webhook-id"]
        try:
            is_new = store(message, body)
        except OSError as fault:
            log(f"failed {fault}")
            return self.answer(503)  # after any answer but 2xx the same mail comes again
        log(f"{'stored' if is_new else 'repeated'} {message}")
        self.answer(204)

    def do_GET(self):
        self.answer(405)

    do_PUT = do_PATCH = do_DELETE = do_GET

    def do_HEAD(self):  # 'destinations test' asks whether anybody is there
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        if status != 204:
            self.send_header("content-length", "0")
            self.send_header("connection", "close")
        self.end_headers()

    def log_message(self, *_):
        pass


if not FOLDER.is_dir():
    FOLDER.mkdir(parents=True)
    sync(FOLDER.parent)
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver)
log(f"listening on {server.server_port}")
server.serve_forever()
