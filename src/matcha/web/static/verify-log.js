/** Keys, signed notes, checkpoints and Merkle trees of a log: what a receipt's proofs end in. */

import { anotherLog, bytesOf, FAULTS, isInteger, need, Refused, sha256, toHex, utf8 } from "./verify-basics.js";

const LONGEST = 100_000; // characters of a note
const SPACE = String.raw`\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const NAMED = String.raw`[^${SPACE}+\ud800-\udfff]+`; // neither a space of any kind, nor +, nor half a character
const NAME = new RegExp(`^${NAMED}$`, "u");
const SIGNATURES = new RegExp(`^(?:— ${NAMED} [A-Za-z0-9+/]+={0,2}\n)+$`, "u");
const UNFIT = /[\u0000-\u0009\u000b-\u001f\ud800-\udfff]/u; // control characters, and what is not UTF-8
const CHECKPOINT = /^([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n$/u;

/** Gives the keys in a text as c2sp.org/signed-note writes them, a line each: name, key id and key, with + between. */
export function publicKeys(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Promise.all(lines.map(publicKey));
}

async function publicKey(line) {
  const [name, id, ...rest] = line.split("+");
  const typed = keyBytes(rest.join("+"));
  need(NAME.test(name) && typed.length === 33 && typed[0] === 1, FAULTS.key); // type 1 is Ed25519
  need(toHex((await sha256(utf8(`${name}\n`), typed)).slice(0, 4)) === id, FAULTS.key);
  return { name, id, bytes: typed.slice(1) };
}

function keyBytes(text) {
  try {
    return bytesOf(text);
  } catch {
    throw new Refused(FAULTS.key);
  }
}

/** Gives origin, size, root and signers of a c2sp.org/tlog-checkpoint, if a key that bears the log's name signed it. */
export async function checkpointOf(note, keys) {
  const { text, signers } = await opened(note, keys);
  const checkpoint = CHECKPOINT.exec(text); // without extension lines, which nobody can audit
  need(checkpoint !== null, FAULTS.checkpoint);
  const [origin, size, root] = [checkpoint[1], Number(checkpoint[2]), bytesOf(checkpoint[3])];
  need(keys.some((key) => key.name === origin), anotherLog(origin));
  const own = signers.filter((key) => key.name === origin);
  need(own.length > 0, FAULTS.signature);
  return { origin, size, root, signers: own.map((key) => `${key.name}+${key.id}`) };
}

/** c2sp.org/signed-note: signatures of unknown keys are passed over; a wrong one of a known key refuses the note. */
async function opened(note, keys) {
  const cut = note.lastIndexOf("\n\n");
  const [text, lines] = [note.slice(0, cut + 1), note.slice(cut + 2)];
  need(cut >= 0 && [...note].length <= LONGEST && !UNFIT.test(note) && SIGNATURES.test(lines), FAULTS.note);
  const signers = [];
  for (const line of lines.split("\n").slice(0, -1)) {
    const [, name, written] = line.split(" ");
    const signature = bytesOf(written);
    need(signature.length > 4, FAULTS.note); // more than a key id
    const key = keys.find((one) => one.name === name && one.id === toHex(signature.slice(0, 4)));
    if (key === undefined) continue;
    need(await verifies(key, text, signature.slice(4)), FAULTS.signature);
    signers.push(key);
  }
  need(signers.length > 0, FAULTS.signature);
  return { text, signers };
}

/** Ed25519 (RFC 8032). A browser that refuses some bytes as a key or a signature says that they verify nothing. */
async function verifies(key, text, signature) {
  const { subtle } = globalThis.crypto;
  try {
    const own = await subtle.importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
    return await subtle.verify({ name: "Ed25519" }, own, signature, utf8(text));
  } catch (cause) {
    if (cause.name === "NotSupportedError") throw new Refused(FAULTS.unable);
    if (cause instanceof DOMException) return false;
    throw cause;
  }
}

/**
 * Whether a leaf stands at `index` in the tree of `size` leaves with this root (RFC 9162, section 2.1.3.2).
 * No tree here has more than 2^53 − 1 leaves, nor a leaf beyond them: numbers are exact so far.
 */
export async function included(index, size, leaf, steps, root) {
  if (!isInteger(index) || !isInteger(size) || index < 0 || index >= size) return false;
  let [place, last, node] = [index, size - 1, await sha256(Uint8Array.of(0), utf8(leaf))];
  const up = () => {
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  };
  for (const step of steps) {
    if (last === 0 || step.length !== 32) return false;
    if (place % 2 === 1 || place === last) {
      node = await sha256(Uint8Array.of(1), step, node);
      while (place % 2 === 0 && place > 0) up();
    } else {
      node = await sha256(Uint8Array.of(1), node, step);
    }
    up();
  }
  return last === 0 && toHex(node) === toHex(root);
}
