/**
 * Verifies a receipt of matcha's match log in the browser and asks nobody: it needs WebCrypto's SHA-256 and Ed25519.
 *
 * It says what `matcha log verify-receipt --json` says and refuses what that refuses (matcha.matchlog.receipt), by
 * c2sp.org/tlog-proof, c2sp.org/signed-note, c2sp.org/tlog-checkpoint, RFC 9162 and RFC 8785.
 */

import {
  bytesOf, canonical, canonicalIn, FAULTS, fromHex, hasOnly, isHash, isInteger, isMisshapen, isObject, isWord, need,
  notAtPlace, Refused, sha256, shaped, textOf, toHex, utf8,
} from "./verify-basics.js";
import { checkpointOf, included, publicKeys } from "./verify-log.js";

/** What an entry can tell of (matcha.matchlog.entry.Kind). */
export const KINDS = Object.freeze([
  "match", "explanation", "profile_version", "need", "override", "invite_list", "erasure", "purpose", "phase_lock",
  "config", "key", "act", "proposal", "weighting", "account",
]);

const DEEPEST = 63; // hashes of a proof
const PROOF = new RegExp(
  String.raw`^c2sp\.org/tlog-proof@v1\n(?:extra ([A-Za-z0-9+/]*={0,2})\n)?index (0|[1-9][0-9]{0,18})\n` +
    String.raw`((?:[A-Za-z0-9+/]{43}=\n)*)\n(.+)$`,
  "su",
);

/**
 * Gives what a receipt proves to whoever trusts one of the keys in `key` (a line each). `text`, and the answer as JSON
 * to be compared with it, are words or the bytes of a file.
 *
 * `ok` says whether it holds; if not, `faults` says why in both languages, and `unable` whether the fault is the
 * browser's. Else: `leafIndex`, `kind`, `milliseconds`, and `entry` (all that it says in the open); `origin`, `size`,
 * `root` and `signers` of the checkpoint; `opened`, the fields that it has salts of; `answered`, whether an answer was
 * given and is the one logged. `profile`, `said`, `excluded` and `standing` are null but in receipts of consideration.
 */
export async function verifyReceipt(text, key, answer = null) {
  try {
    need(globalThis.crypto?.subtle !== undefined, FAULTS.unable);
    const { salts, ...told } = await proven(textOf(text, FAULTS.notText), await publicKeys(key));
    if (answer !== null) await needAnswer(told.entry, salts, textOf(answer, FAULTS.notText));
    const opened = Object.keys(salts).sort();
    return { ok: true, unable: false, faults: [], ...told, opened, answered: answer !== null };
  } catch (cause) {
    if (cause instanceof Refused) return { ok: false, unable: cause.fault === FAULTS.unable, faults: [cause.fault] };
    if (isMisshapen(cause)) return { ok: false, unable: false, faults: [FAULTS.receipt] };
    throw cause;
  }
}

async function proven(text, keys) {
  const proof = PROOF.exec(text);
  const hashes = (proof?.[3] ?? "").split("\n").slice(0, -1).map(bytesOf);
  need(proof !== null && proof[1] !== "" && hashes.length <= DEEPEST, FAULTS.proof);
  const told = canonicalIn(textOf(bytesOf(proof[1] ?? ""), FAULTS.receipt), FAULTS.receipt);
  const entry = entryOf(wordIn(told.body));
  const head = await checkpointOf(proof[4], keys);
  const leafIndex = Number(proof[2]);
  need(await included(leafIndex, head.size, told.body, hashes, head.root), notAtPlace(proof[2]));
  const found = { leafIndex, kind: entry.kind, milliseconds: entry.t, entry, ...head, root: toHex(head.root) };
  const plain = { salts: {}, profile: null, said: null, excluded: null, standing: null };
  if (hasOnly(told, ["body", "salts"])) return { ...found, ...plain, salts: saltsOf(told.salts, entry) };
  const standing = Object.hasOwn(told, "standing") ? ["standing"] : [];
  need(hasOnly(told, ["body", "profile", "line", ...standing]) && entry.kind === "match");
  return { ...found, ...plain, ...(await considered(entry, leafIndex, head, told)) };
}

function saltsOf(salts, entry) {
  need(isObject(salts) && Object.values(salts).every(isHash));
  need(Object.keys(salts).every((name) => Object.hasOwn(entry.fields, name)));
  return salts;
}

/** The profile's entry from before the match, its line of the roll, and its actor's standing or why it has none. */
async function considered(match, leafIndex, head, told) {
  const { index, salt, value } = told.profile;
  const entry = await provenEntry(told.profile, head, ["salt", "value"]);
  need(entry.kind === "profile_version" && index < leafIndex);
  if (salt !== undefined) need((await commitment("profile", salt, wordIn(value))) === entry.fields.profile);
  const line = lineOf(await provenLeaf(told.line, match.roll));
  need(line.leafIndex === index);
  const otherKind = (match.only ?? null) !== null && match.only !== line.kind;
  const excluded = line.excluded ?? (otherKind ? "other_kind" : null);
  need((excluded === null) === Object.hasOwn(told, "standing"));
  const standing = excluded === null ? await standingOf(told.standing, match, leafIndex, head) : null;
  need(standing === null || standing.profiles.includes(index));
  return { profile: index, said: value ?? null, excluded, standing };
}

/** The standing is of the match itself, or of an explanation that says it is of this match, over the same roll. */
async function standingOf(told, match, leafIndex, head) {
  need(isObject(told));
  const { entry, ...leaf } = told;
  if (entry === undefined) return standingIn(await provenLeaf(leaf, match.standings));
  const holder = await provenEntry(entry, head, []);
  need(holder.kind === "explanation" && holder.of === leafIndex);
  for (const name of ["config", "roll", "tree", "only"]) {
    need(Object.hasOwn(match, name) && Object.hasOwn(holder, name));
    need(canonical(match[name]) === canonical(holder[name]));
  }
  return standingIn(await provenLeaf(leaf, holder.standings));
}

async function provenEntry(told, head, more) {
  const names = ["index", "body", "proof"];
  need(isObject(told) && (hasOnly(told, names) || hasOnly(told, [...names, ...more])));
  need(await included(told.index, head.size, wordIn(told.body), stepsOf(told.proof), head.root));
  return entryOf(told.body);
}

async function provenLeaf(told, tree) {
  need(isObject(told) && hasOnly(told, ["leaf", "place", "proof"]) && isHash(tree.root));
  need(await included(told.place, tree.size, wordIn(told.leaf), stepsOf(told.proof), fromHex(tree.root)));
  return told.leaf;
}

/** An entry's body, if matcha can have written it (matcha.matchlog.entry). */
function entryOf(body) {
  const told = canonicalIn(body, FAULTS.entry);
  need(isObject(told) && told.v === 1 && isInteger(told.t) && KINDS.includes(told.kind), FAULTS.entry);
  need(isObject(told.fields) && Object.values(told.fields).every(isHash), FAULTS.entry);
  return told;
}

/** A line of the roll (matcha.matchlog.roll): entry, kind of actor, why it is not scored, reading, what it is like. */
function lineOf(leaf) {
  const told = canonicalIn(leaf, FAULTS.line);
  need(Array.isArray(told) && told.length === 5, FAULTS.line);
  const [leafIndex, kind, excluded, reading, like] = told;
  need(isInteger(leafIndex) && isWord(kind) && isWord(reading), FAULTS.line);
  need((excluded === null || isWord(excluded)) && (like === null || isInteger(like)), FAULTS.line);
  return { leafIndex, kind, excluded };
}

/** A standing (matcha.matchlog.standings), without the salt that keeps others from guessing it. */
function standingIn(leaf) {
  const told = canonicalIn(leaf, FAULTS.standing);
  need(isObject(told) && hasOnly(told, ["profiles", "rank", "salt", "score"]) && isHash(told.salt), FAULTS.standing);
  const { profiles, rank, score } = told;
  need(Array.isArray(profiles) && [...profiles, rank, score].every(isInteger), FAULTS.standing);
  return { profiles, rank, score };
}

/** Refuses an answer but the one whose matches the entry commits to, all of them in their order. */
async function needAnswer(entry, salts, text) {
  const { matches } = shaped(FAULTS.notJson, () => JSON.parse(text)) ?? {};
  const logged = Object.keys(entry.fields).filter((name) => name.startsWith("match/"));
  need(entry.kind === "match" && Array.isArray(matches) && matches.length === logged.length, FAULTS.answer);
  for (const [place, match] of matches.entries()) {
    const name = `match/${place + 1}`;
    const value = shaped(FAULTS.answer, () => canonical(match));
    need(Object.hasOwn(salts, name) && Object.hasOwn(entry.fields, name), FAULTS.answer);
    need((await commitment(name, salts[name], value)) === entry.fields[name], FAULTS.answer);
  }
}

/** SHA-256 over a tag, the field's name with its length (four bytes), the salt and the value. */
async function commitment(name, salt, value) {
  need(isHash(salt)); // of another length, it would take from the value
  const named = utf8(name);
  const length = [24, 16, 8, 0].map((shift) => (named.length >>> shift) & 255);
  return toHex(await sha256(utf8("matcha/commit/v1"), length, named, fromHex(salt), utf8(value)));
}

function stepsOf(proof) {
  need(Array.isArray(proof));
  return proof.map((one) => bytesOf(wordIn(one)));
}

function wordIn(value) {
  need(isWord(value));
  return value;
}
