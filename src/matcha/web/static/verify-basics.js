/** What the verifier of receipts is made of: faults in both languages, strict encodings, canonical JSON, hashes. */

/** Why something is not taken for proven. */
export class Refused extends Error {
  constructor(fault) {
    super(fault.en);
    this.fault = fault;
  }
}

export const FAULTS = Object.freeze({
  notText: {
    sv: "Filen går inte att läsa: den är inte text i UTF-8.",
    en: "The file cannot be read: it is not text in UTF-8.",
  },
  key: {
    sv: "Det här är ingen nyckel av det slag som matcha log key skriver.",
    en: "This is no key of the kind that matcha log key writes.",
  },
  proof: {
    sv: "Det här är inget intyg ur en matchningslogg (c2sp.org/tlog-proof@v1), eller så är det ändrat.",
    en: "This is no proof from a match log (c2sp.org/tlog-proof@v1), or it has been altered.",
  },
  note: {
    sv: "Det här är inget helt signerat dokument: något saknas, är ändrat eller står för mycket.",
    en: "This is no whole signed note: something is missing, altered or too much.",
  },
  signature: {
    sv: "Signaturen stämmer inte, eller är gjord med en annan nyckel än den angivna.",
    en: "The signature is wrong, or made with another key than the one given.",
  },
  checkpoint: {
    sv: "Det här är ingen kontrollpunkt: loggens namn, antal poster och rot på var sin rad.",
    en: "This is no checkpoint: the log's name, the number of entries and the root, a line each.",
  },
  entry: { sv: "Det här är ingen loggpost.", en: "This is no log entry." },
  line: { sv: "Det här är ingen rad i en förteckning.", en: "This is no line of a roll." },
  standing: { sv: "Det här är ingen placering.", en: "This is no standing." },
  receipt: {
    sv: "Intyget bevisar inte vad det säger: något i det är ändrat eller saknas.",
    en: "The receipt does not prove what it says: something in it is altered or missing.",
  },
  answer: {
    sv: "Svaret är inte det som kvittot gäller.",
    en: "The answer is not the one that the receipt is of.",
  },
  notJson: { sv: "Svaret är inte JSON.", en: "The answer is not JSON." },
  unable: {
    sv:
      "Den här webbläsaren kan inte pröva signaturer av slaget Ed25519. Använd en nyare webbläsare och en adress " +
      "som börjar med https://, eller kör: matcha log verify-receipt",
    en:
      "This browser cannot verify signatures of the kind Ed25519. Use a newer browser and an address that begins " +
      "with https://, or run: matcha log verify-receipt",
  },
});

export const anotherLog = (origin) => ({
  sv: `Kontrollpunkten gäller en annan logg (${origin}) än nyckeln.`,
  en: `The checkpoint is of another log (${origin}) than the key.`,
});

export const notAtPlace = (index) => ({
  sv: `Posten finns inte på plats ${index} i loggen som kontrollpunkten visar.`,
  en: `The entry is not at place ${index} of the log that the checkpoint shows.`,
});

/** Refuses the receipt unless something holds. */
export function need(holds, fault = FAULTS.receipt) {
  if (!holds) throw new Refused(fault);
}

/** Gives what some reading gives; refuses with the fault what has not the shape that the reading takes it to have. */
export function shaped(fault, read) {
  try {
    return read();
  } catch (cause) {
    if (isMisshapen(cause)) throw new Refused(fault);
    throw cause;
  }
}

/** Whether an error is what reading a wrong shape ends in, or one that is too deep. */
export const isMisshapen = (cause) => [TypeError, RangeError, SyntaxError].some((kind) => cause instanceof kind);

export const isInteger = Number.isSafeInteger; // what RFC 8785 can write without loss, and nothing else
export const isWord = (value) => typeof value === "string";
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const isHash = (value) => isWord(value) && /^[0-9a-f]{64}$/.test(value);

/** Whether an object has these members and no other. */
export const hasOnly = (told, names) =>
  Object.keys(told).length === names.length && names.every((name) => Object.hasOwn(told, name));

export const utf8 = (text) => new TextEncoder().encode(text);

/** Gives text as it is, and that of bytes if they are UTF-8; a byte order mark is left in it, to be refused. */
export function textOf(given, fault) {
  if (isWord(given)) return given;
  return shaped(fault, () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(given));
}

/** Gives the bytes of base64 (RFC 4648, section 4), if it is as an encoder writes it. */
export function bytesOf(text) {
  let content;
  try {
    content = atob(text);
  } catch {
    throw new Refused(FAULTS.note);
  }
  need(btoa(content) === text, FAULTS.note); // spaces, padding left out, bits that the last character has to spare
  return Uint8Array.from(content, (character) => character.charCodeAt(0));
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** Gives a value of integers, words, lists and objects as canonical JSON (RFC 8785); TypeError for any other. */
export function canonical(value) {
  if (typeof value === "number" && !isInteger(value)) throw new TypeError("only integers replay to the bit");
  if (isWord(value) && !value.isWellFormed()) throw new TypeError("half a character");
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort(); // by UTF-16 code units, as section 3.2.3 has it
  return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** Gives what canonical JSON tells; refuses any other JSON, though it say the same. */
export function canonicalIn(text, fault) {
  const told = shaped(fault, () => JSON.parse(text));
  need(shaped(fault, () => canonical(told)) === text, fault);
  return told;
}

/** SHA-256 over some bytes after one another. */
export async function sha256(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", whole));
}
