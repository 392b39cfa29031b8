/** The page that verifies a receipt: takes over the form, so that nothing of it is sent, and writes the verdict. */

import { verifyReceipt } from "./verify.js";
import { notShown, shown, wordsOf } from "./verify-words.js";

const form = document.querySelector("form#verify");
const verdict = document.querySelector("#verdict");
let latest = 0; // which press of the button the verdict is to be of

if (form && verdict) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    judge();
  });
  form.addEventListener("input", forget); // a verdict does not stand beside what it is not of
  form.addEventListener("reset", forget);
  form.dataset.ready = "";
}

/** Verifies what the form holds. A file goes before what is pasted; of two verdicts under way the later is written. */
async function judge() {
  const words = wordsOf(document.documentElement.lang);
  forget();
  const own = latest;
  const [file, answer] = ["receipt-file", "answer-file"].map((name) => form.elements[name]?.files?.[0] ?? null);
  const receipt = file ? await bytesIn(file) : whole(form.elements.receipt.value);
  if (receipt.length === 0) return write("nothing", [heading(words.nothing)]);
  const found = await verifyReceipt(receipt, trimmed(form.elements.key.value), answer && (await bytesIn(answer)));
  if (own !== latest) return;
  const tried = file ? [element("p", words.fromFile(file.name))] : [];
  if (found.ok) write("holds", [heading(words.holds), ...tried, ...findings(found, words)]);
  else if (found.unable) write("unable", [heading(words.unable), ...reasons(found, words)]);
  else write("fails", [heading(words.fails), ...tried, ...reasons(found, words)]);
}

function forget() {
  latest += 1;
  verdict.replaceChildren();
  delete verdict.dataset.verdict;
}

function write(name, children) {
  verdict.replaceChildren(...children);
  verdict.dataset.verdict = name;
}

function findings(found, words) {
  return [
    element("h3", words.shows),
    list("shows", shown(found, words)),
    element("h3", words.showsNot),
    list("shows-not", notShown(found, words)),
  ];
}

const reasons = (found, words) => found.faults.map((fault) => element("p", fault[words.language]));
const heading = (text) => element("h2", text);

function list(name, lines) {
  const made = element("ul", "");
  made.className = name;
  made.append(...lines.map((line) => element("li", line)));
  return made;
}

/** Text is only ever text: what a receipt says is never read as HTML. */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

const bytesIn = async (file) => new Uint8Array(await file.arrayBuffer());

/** What is pasted, with the one newline at its end that copying tends to lose or to double. */
function whole(pasted) {
  const text = pasted.trim();
  return text && `${text}\n`;
}

const trimmed = (keys) => keys.split("\n").map((line) => line.trim()).join("\n");
