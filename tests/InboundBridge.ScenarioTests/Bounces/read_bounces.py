# Reads bounces with Python's email. Standard input: {"number", "mail": base64} as JSON on each line. Standard output: for each of them what
# the report says, as JSON.
import base64
import email
import email.policy
import json
import sys

for line in sys.stdin:
    given = json.loads(line)
    mail = email.message_from_bytes(base64.b64decode(given["mail"]), policy=email.policy.default)
    parts = list(mail.iter_parts())
    status = parts[1].get_payload() if len(parts) > 1 else []
    recipient = status[1] if len(status) > 1 else {}
    returned = parts[2].get_content() if len(parts) > 2 else None
    print(json.dumps({
        "number": given["number"],
        "type": mail.get_content_type(), "report": mail.get_param("report-type"), "defects": len(mail.defects),
        "auto": mail["Auto-Submitted"], "to": str(mail["To"]), "in_reply_to": mail["In-Reply-To"],
        "parts": [part.get_content_type() for part in parts],
        "text": parts[0].get_content() if parts else None,
        "reporting": status[0]["Reporting-MTA"] if status else None,
        "final": recipient.get("Final-Recipient"), "action": recipient.get("Action"), "status": recipient.get("Status"),
        "diagnostic": recipient.get("Diagnostic-Code"), "until": recipient.get("Will-Retry-Until"),
        "returned": str(returned["Subject"]) if hasattr(returned, "keys") else returned}))
