// Receives mail in Node.js 18 or later, without packages: node receiver.mjs
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { link, open, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join, resolve } from "node:path";

const key = Buffer.from((process.env.WEBHOOK_SECRET ?? "").replace(/^whsec_/, ""), "base64");
const folder = resolve(process.env.MAIL_FOLDER ?? "inbox");
const largest = 128 * 1024 * 1024, tolerance = 5 * 60; // octets of a request; seconds that the two clocks may differ

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

/** Stores the mail under its webhook-id. False: it is there already, from an earlier request or from one at the same time. */
async function store(id, body) {
  const file = join(folder, `${id}.json`), temporary = join(folder, `.${id}.${randomUUID()}`);
  let isNew = !existsSync(file);
  if (isNew) {
    try {
      const handle = await open(temporary, "wx");
      try {
        await handle.writeFile(body);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await link(temporary, file); // of several at the same time, one succeeds; a crash leaves the whole mail or none
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      isNew = false;
    } finally {
      await rm(temporary, { force: true });
    }
  }
  await sync(folder); // for a repeat too: the other request may not have come this far
  return isNew;
}

/** Writes the names in a folder to the disk. Windows has no such call. */
async function sync(path) {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The status of the answer. */
async function receive(request) {
  if (request.method === "HEAD") return 204; // 'destinations test' asks whether anybody is there
  if (request.method !== "POST") return 405;
  if (Number(request.headers["content-length"] ?? 0) > largest) return 413;
  const parts = [];
  let size = 0;
  for await (const part of request) {
    if ((size += part.length) > largest) return 413;
    parts.push(part);
  }
  const body = Buffer.concat(parts); // the octets as they came: verify before any parsing
  if (!isGenuine(request.headers, body)) {
    console.log("refused");
    return 401;
  }
  const id = request.headers["webhook-id"];
  console.log(await store(id, body) ? "stored" : "repeated", id);
  return 204;
}

if (mkdirSync(folder, { recursive: true })) await sync(dirname(folder));
const server = createServer(async (request, response) => {
  let status = 503; // after any answer but 2xx the same mail comes again
  try {
    status = await receive(request);
  } catch (error) {
    console.error("failed", error.message);
  }
  response.writeHead(status, status === 204 ? {} : { connection: "close" }).end();
});
server.listen(Number(process.env.PORT ?? 9000), "127.0.0.1", () => console.log("listening on", server.address().port));
