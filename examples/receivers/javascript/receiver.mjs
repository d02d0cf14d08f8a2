// Receives mail in Node.js 18 or later, without packages: node receiver.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { mkdirSync, openSync, writeSync, fsyncSync, closeSync, renameSync, existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const key = Buffer.from((process.env.WEBHOOK_SECRET ?? "").replace(/^whsec_/, ""), "base64");
const folder = process.env.MAIL_FOLDER ?? "inbox";
const largest = 64 * 1024 * 1024, tolerance = 5 * 60; // octets of a request; seconds that the two clocks may differ

if (key.length < 24) throw new Error("WEBHOOK_SECRET must be the secret of the destination: whsec_…");

/** Whether the octets come from somebody who has the secret, and came just now. */
function isGenuine(headers, body) {
  const id = headers["webhook-id"] ?? "", timestamp = headers["webhook-timestamp"] ?? "";
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > tolerance) return false;
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  // Several signatures, separated by blanks, while a secret is changed.
  return (headers["webhook-signature"] ?? "").split(" ").some(signature => {
    if (!signature.startsWith("v1,")) return false;
    const given = Buffer.from(signature.slice(3), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** Stores the mail under its webhook-id. False: it is there already, because an earlier answer got lost. */
function store(id, body) {
  const file = join(folder, `${id}.json`);
  if (existsSync(file)) return false;
  const temporary = join(folder, `.${id}.${process.pid}`), handle = openSync(temporary, "w");
  writeSync(handle, body);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file); // a crash leaves the whole mail or none
  return true;
}

mkdirSync(folder, { recursive: true });
const server = createServer(async (request, response) => {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    if ((size += part.length) > largest) return response.writeHead(413, { connection: "close" }).end();
    parts.push(part);
  }
  if (request.method === "HEAD") return response.writeHead(204).end(); // 'destinations test' asks whether anybody is there
  const body = Buffer.concat(parts); // the octets as they came: verify before any parsing
  if (!isGenuine(request.headers, body)) {
    console.log("refused");
    return response.writeHead(401).end();
  }
  const id = request.headers["webhook-id"];
  if (store(id, body)) console.log("stored", id, JSON.parse(body).data?.subject ?? "");
  else console.log("repeated", id);
  response.writeHead(204).end(); // after any other answer the same mail comes again
});
server.listen(Number(process.env.PORT ?? 9000), "127.0.0.1", () => console.log("listening on", server.address().port));
