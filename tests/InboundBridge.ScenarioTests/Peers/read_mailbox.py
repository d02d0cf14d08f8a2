"""Fetches a mailbox's mails with Python's own IMAP or POP3 client: imap|pop3 PORT USER PASSWORD FOLDER. Writes FOLDER/N.eml and prints how many."""

import imaplib
import pathlib
import poplib
import sys

poplib._MAXLINE = 1 << 20  # mails may have long lines


def imap(port, user, password):
    with imaplib.IMAP4("127.0.0.1", port) as client:
        client.login(user, password)
        client.select("INBOX", readonly=True)
        _, found = client.search(None, "ALL")
        for number in found[0].split():
            _, parts = client.fetch(number, "(BODY.PEEK[])")
            yield parts[0][1]


def pop3(port, user, password):
    client = poplib.POP3("127.0.0.1", port)
    client.user(user)
    client.pass_(password)
    count, _ = client.stat()
    for number in range(1, count + 1):
        _, lines, _ = client.retr(number)
        yield b"".join(line + b"\r\n" for line in lines)
    client.quit()


protocol, port, user, password, folder = sys.argv[1:]
mails = list({"imap": imap, "pop3": pop3}[protocol](int(port), user, password))
for index, mail in enumerate(mails):
    pathlib.Path(folder, f"{index}.eml").write_bytes(mail)
print(len(mails))
