// The application in miniature: it knows one recipient, and refuses mail about spoons.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const seen = new Set();                                      // in a real application: a table, kept for some days
createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/recipients")                        // at RCPT
    return response.writeHead(url.searchParams.get("recipient") === "support@example.com" ? 204 : 404).end();
  const body = Buffer.concat(await request.toArray());
  if (url.pathname === "/archive")                           // the copy, after the 250
    return response.writeHead(204).end();
  let mail;
  try {
    mail = new Webhook(process.env.TICKETS_SECRET).verify(body, request.headers).data;
  } catch {                                                  // not from us, or another secret: 451, the sender comes again
    return response.writeHead(503).end();
  }
  if (/spoon/i.test(mail.subject ?? ""))                     // 554 5.7.1 We have no spoons
    return response.writeHead(422, { "content-type": "text/plain" }).end("We have no spoons");
  const id = request.headers["webhook-id"];                  // the same when the sender comes again, or the queue does
  console.log(seen.has(id) ? "seen before:" : "a ticket:", mail.subject, id);
  seen.add(id);
  response.writeHead(204).end();                             // 250
}).listen(9000, "127.0.0.1");
