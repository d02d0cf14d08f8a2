"""django-anymail's inbound webhooks as a running Django application.

Prints `open PORT`, then a JSON line for each mail that Anymail made of a request.
"""

import hashlib
import json
import sys
import threading
from email.header import decode_header, make_header
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="only for this test",
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["anymail"],
    LOGGING={
        "version": 1,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR"}},
    },
    DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    ANYMAIL={
        "WEBHOOK_SECRET": "user:password",
        "MAILGUN_WEBHOOK_SIGNING_KEY": sys.argv[1],
        "MANDRILL_WEBHOOK_KEY": sys.argv[1],
        "MANDRILL_API_KEY": "none",
    },
)
django.setup()

from anymail.signals import inbound  # noqa: E402
from anymail.webhooks import amazon_ses  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

# boto3 would fetch mail from S3 and confirm subscriptions; notifications with the mail in them need neither.
amazon_ses._get_anymail_boto3_params = lambda kwargs: ({}, {})

urlpatterns = [path("anymail/", include("anymail.urls"))]


def decoded(text):
    # Anymail keeps a name that it was given as JSON in its encoded form.
    return str(make_header(decode_header(text)))


def take(sender, event, esp_name, **kwargs):
    message = event.message
    print(
        json.dumps(
            {
                "esp": esp_name,
                "envelope_sender": message.envelope_sender,
                "envelope_recipient": message.envelope_recipient,
                "from": [decoded(message.from_email.display_name), message.from_email.addr_spec],
                "to": [to.addr_spec for to in message.to],
                "cc": [cc.addr_spec for cc in message.cc] if message["Cc"] else [],
                "subject": message.subject,
                "date": message.date.isoformat() if message.date else None,
                "message_id": message["Message-ID"],
                "text": message.text,
                "html": message.html,
                "stripped_text": message.stripped_text,
                "attachments": [
                    {
                        "name": part.get_filename(),
                        "type": part.get_content_type(),
                        "sha256": hashlib.sha256(part.get_content_bytes()).hexdigest(),
                    }
                    for part in message.attachments
                ],
                "inline": sorted(message.inline_attachments),
            }
        ),
        flush=True,
    )


inbound.connect(take)


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
print(f"open {server.server_port}", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
