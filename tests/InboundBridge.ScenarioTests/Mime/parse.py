"""Reads the mails named on standard input (a path a line) with Python's email and prints one JSON line of fields for each."""
import email
import email.policy
import email.utils
import hashlib
import json
import re
import sys
from datetime import timezone


def collapse(text):
    return re.sub(r"\s+", " ", text or "").strip()


def addresses(mail, name):
    return [a.lower() for _, a in email.utils.getaddresses([str(v) for v in mail.get_all(name, [])]) if a]


def leaves(mail):
    return [part for part in mail.walk() if not part.is_multipart() or part.get_content_type() == "message/rfc822"]


def is_text(part):
    return part.get_content_type() in ("text/plain", "text/html") and part.get_filename() is None and part.get_content_disposition() != "attachment"


def content(part):
    if part.get_content_type() == "message/rfc822":
        return b"".join(p.as_bytes() for p in part.get_payload()) if isinstance(part.get_payload(), list) else b""
    return part.get_payload(decode=True) or b""


def date(mail):
    try:
        value = email.utils.parsedate_to_datetime(str(mail["date"]))
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    except (TypeError, ValueError, IndexError):
        return None


def fields(octets):
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    parts = leaves(mail)
    files = [part for part in parts if not is_text(part)]
    plain = [part for part in parts if is_text(part) and part.get_content_type() == "text/plain"]
    identifier = mail["message-id"]
    return {
        "subject": None if mail["subject"] is None else collapse(str(mail["subject"])),
        "from": addresses(mail, "from"), "to": addresses(mail, "to"), "cc": addresses(mail, "cc"),
        "message_id": None if identifier is None else str(identifier).strip().strip("<>"),
        "date": date(mail),
        "text_prefix": collapse(plain[0].get_content())[:200] if plain else "",
        "has_html": any(is_text(part) and part.get_content_type() == "text/html" for part in parts),
        "attachment_names": sorted(part.get_filename() or "" for part in files),
        "attachment_sha256": sorted(hashlib.sha256(content(part)).hexdigest() for part in files),
    }


for line in sys.stdin:
    path = line.rstrip("\n")
    with open(path, "rb") as file:
        octets = file.read()
    try:
        result = fields(octets)
    except Exception as error:  # noqa: BLE001 - a parser that fails on a mail is a result, too
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps({"file": path, **result}))
