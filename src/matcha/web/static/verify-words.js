/** What the page says of a receipt, in Swedish and English: whole sentences, made of what was verified. */

const SV = {
  language: "sv",
  holds: "Kvittot håller",
  fails: "Kvittot håller inte",
  unable: "Kvittot kunde inte prövas",
  nothing: "Klistra in ett kvitto eller välj en fil.",
  shows: "Det här visar kvittot",
  showsNot: "Det här visar kvittot inte",
  fromFile: (name) => `Prövat: filen ${name}.`,
  place: (kind, index, origin, size) =>
    `Kvittot gäller ${kind}. Den uppgiften står på plats ${index} i loggen ${origin}, som hade ${size} poster när ` +
    "kvittot gavs. Platserna räknas från 0.",
  when: (time) => `Loggen säger att det skrevs ${time} UTC.`,
  signed: (signers) => `Loggen har skrivit under med nyckeln ${signers}.`,
  snapshot: (size, root) =>
    `Matchningen gällde alla ${size} profiler som då var registrerade (ögonblicksbild ${root}).`,
  profile: (index) => `En av dem var profilen som står på plats ${index} i loggen, i just den versionen.`,
  said: (title, version) => `Så hette den: ${title} (version ${version}).`,
  saidPlain: (text) => `Så stod det i den: ${text}`,
  standing: (rank, score) => `Dess aktör fick plats ${rank} med ${score} poäng.`,
  excluded: (reason) => `Den bedömdes inte: ${reason}.`,
  answered: "Svaret i filen är det som loggades, tecken för tecken.",
  opens: (opened, all) =>
    `Loggen har låst ${all} uppgifter. Kvittot kan låsa upp ${opened} av dem: den som har uppgiften kan visa att den ` +
    "är den loggade.",
  not: {
    wise: "Att bedömningen var riktig. Kvittot visar vad som loggades, inte att det var klokt.",
    clock: "Att klockan gick rätt. Tiden är loggens egen uppgift; det som är bevisat är ordningen.",
    key: "Att nyckeln är loggens. Jämför den med en som du har fått på annat sätt.",
    split: (root) => `Att alla ser samma logg. Jämför loggens rot ${root} med en som någon annan har sparat.`,
    others: "Vilka de andra var, eller deras plats och poäng.",
    erased: "Vad som stod i profilen: det är utgallrat eller tillbakadraget.",
    answer: "Vad svaret var. Välj svaret som fil, så jämförs det.",
  },
  kinds: {
    match: "en matchning",
    explanation: "en förklaring",
    profile_version: "en profilversion",
    need: "ett behov",
    override: "ett beslut",
    invite_list: "en inbjudningslista",
    erasure: "en utgallring",
    purpose: "ett syfte",
    phase_lock: "ett upphandlingslås",
    config: "en inställning",
    key: "en nyckel",
    act: "en händelse",
    proposal: "ett förslag",
    weighting: "en viktning",
    account: "ett konto",
  },
  reasons: {
    withdrawn: "den var tillbakadragen",
    expired: "giltighetstiden hade gått ut",
    near_copy: "nästan samma text som en annan profil från samma organisation",
    other_kind: "frågan gällde en annan sorts aktör",
  },
};

const EN = {
  language: "en",
  holds: "The receipt holds",
  fails: "The receipt does not hold",
  unable: "The receipt could not be verified",
  nothing: "Paste a receipt or choose a file.",
  shows: "What the receipt shows",
  showsNot: "What the receipt does not show",
  fromFile: (name) => `Verified: the file ${name}.`,
  place: (kind, index, origin, size) =>
    `The receipt is of ${kind}. It is at place ${index} in the log ${origin}, which had ${size} entries when the ` +
    "receipt was given. Places are counted from 0.",
  when: (time) => `The log says that it was written ${time} UTC.`,
  signed: (signers) => `The log has signed with the key ${signers}.`,
  snapshot: (size, root) => `The match was over all ${size} profiles registered at that time (snapshot ${root}).`,
  profile: (index) => `One of them was the profile at place ${index} in the log, in exactly that version.`,
  said: (title, version) => `This is what it was called: ${title} (version ${version}).`,
  saidPlain: (text) => `This is what it said: ${text}`,
  standing: (rank, score) => `Its actor came to place ${rank} with ${score} points.`,
  excluded: (reason) => `It was not scored: ${reason}.`,
  answered: "The answer in the file is the one that was logged, character by character.",
  opens: (opened, all) =>
    `The log has locked ${all} values. The receipt can unlock ${opened} of them: whoever has the value can show that ` +
    "it is the one logged.",
  not: {
    wise: "That the assessment was right. The receipt shows what was logged, not that it was wise.",
    clock: "That the clock was right. The time is the log's own word; what is proven is the order.",
    key: "That the key is the log's. Compare it with one that you have been given in another way.",
    split: (root) =>
      `That everybody sees the same log. Compare the log's root ${root} with one that somebody else has kept.`,
    others: "Who the others were, or their places and points.",
    erased: "What the profile said: it has been erased or withdrawn.",
    answer: "What the answer was. Choose the answer as a file, and it is compared.",
  },
  kinds: {
    match: "a match",
    explanation: "an explanation",
    profile_version: "a profile version",
    need: "a need",
    override: "a decision",
    invite_list: "an invitation list",
    erasure: "an erasure",
    purpose: "a purpose",
    phase_lock: "a procurement lock",
    config: "a configuration",
    key: "a key",
    act: "an act",
    proposal: "a proposal",
    weighting: "a weighting",
    account: "an account",
  },
  reasons: {
    withdrawn: "it was withdrawn",
    expired: "its time had run out",
    near_copy: "nearly the same text as another profile of the same organisation",
    other_kind: "another kind of actor was asked for",
  },
};

/** The words of a language: English if the page is in English, else Swedish. */
export const wordsOf = (language) => (language.toLowerCase().startsWith("en") ? EN : SV);

/** What a receipt that holds shows, a sentence each. */
export function shown(found, words) {
  const { entry, profile, standing, excluded, opened } = found;
  const fields = Object.keys(entry.fields).length;
  const lines = [
    words.place(words.kinds[found.kind], found.leafIndex, found.origin, found.size),
    words.when(timeOf(found.milliseconds)),
    words.signed(found.signers.join(", ")),
  ];
  if (entry.kind === "match" && entry.roll?.root) lines.push(words.snapshot(entry.roll.size, short(entry.roll.root)));
  if (profile !== null) lines.push(words.profile(profile), ...saidIn(found.said, words));
  if (standing !== null) lines.push(words.standing(standing.rank, standing.score));
  if (excluded !== null) lines.push(words.excluded(words.reasons[excluded] ?? excluded));
  if (found.answered) lines.push(words.answered);
  if (profile === null && fields > 0) lines.push(words.opens(opened.length, fields));
  return lines;
}

/** What it does not show, a sentence each. */
export function notShown(found, words) {
  const { not } = words;
  const lines = [];
  if (found.profile !== null) lines.push(not.others);
  if (found.profile !== null && found.said === null) lines.push(not.erased);
  if (found.profile === null && found.kind === "match" && !found.answered) lines.push(not.answer);
  return [...lines, not.wise, not.clock, not.key, not.split(found.root)];
}

function saidIn(said, words) {
  if (said === null) return [];
  try {
    const { title, version } = JSON.parse(said);
    if (typeof title === "string") return [words.said(title, version)];
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
  }
  return [words.saidPlain(said)]; // proven as it stands, whatever it is
}

/** A moment to the second, in UTC; the number itself if no calendar reaches it. */
function timeOf(milliseconds) {
  const time = new Date(milliseconds);
  return Number.isNaN(time.valueOf()) ? String(milliseconds) : time.toISOString().slice(0, 19).replace("T", " ");
}

const short = (root) => `${String(root).slice(0, 16)}…`;
