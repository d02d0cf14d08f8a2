"""DKIM by Debian's dkimpy. Each line of standard input is an order in JSON, each line of standard output its answer.

{"sign": BASE64, "header": "relaxed", "body": "simple", "domain": D, "selector": S, "length": BOOL, "rsa": PEM | "ed25519": BASE64 SEED, "ed25519_pem": PEM} -> {"mail": BASE64}
{"verify": BASE64, "zone": {NAME: TEXT}} -> {"results": [BOOL, ...]}, one for each signature from the top down
{"arc": BASE64, "zone": {NAME: TEXT}} -> {"arc": "pass" | "fail" | "none"}
"""

import base64
import json
import sys

import dkim


def sign(order):
    mail = base64.b64decode(order["sign"])
    ed25519 = order.get("ed25519")
    field = dkim.sign(
        mail,
        order["selector"].encode(),
        order["domain"].encode(),
        (ed25519 or order["rsa"]).encode(),
        canonicalize=(order["header"].encode(), order["body"].encode()),
        length=order["length"],
        signature_algorithm=b"ed25519-sha256" if ed25519 else b"rsa-sha256",
    )
    return {"mail": base64.b64encode(field + mail).decode()}


def lookup_in(zone):
    def lookup(name, timeout=5):
        text = zone.get((name.decode() if isinstance(name, bytes) else name).rstrip("."))
        return text.encode() if text else None

    return lookup


def arc(order):
    result, _, _ = dkim.arc_verify(base64.b64decode(order["arc"]), dnsfunc=lookup_in(order["zone"]))
    return {"arc": result.decode()}


def verify(order):
    mail = base64.b64decode(order["verify"])
    lookup = lookup_in(order["zone"])
    count = len([name for name, _ in dkim.rfc822_parse(mail)[0] if name.lower() == b"dkim-signature"])
    results = []
    for index in range(count):
        try:
            results.append(bool(dkim.DKIM(mail).verify(idx=index, dnsfunc=lookup)))
        except dkim.DKIMException:
            results.append(False)
    return {"results": results}


for line in sys.stdin:
    order = json.loads(line)
    try:
        answer = sign(order) if "sign" in order else arc(order) if "arc" in order else verify(order)
    except Exception as error:  # a fault of dkimpy itself, on which nobody can agree
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
