"""What fields are called throughout the API: one word, one meaning. The document says it where a shape does not."""

from __future__ import annotations

from collections.abc import Mapping

_TEXT = """
account: The account.
act: The act's id.
active: Whether the account can be used.
actor: The actor.
actor_id: The actor's id; null if it concerns none.
actor_ids: The actors that took part.
actor_score: The score of the actor, by the best of its profiles.
actors: The actors; or how many there are.
advice: What the profile could truthfully add, and how far that would take it.
alike: Profiles that say nearly the same.
alone: Needs that are in no group.
analysis: What kind of analysis it is.
answer: What the question was answered with; null if it could not be.
answers: The question or meeting that it answers; null if it answers none.
aspects: Two to six parts of the challenge, or none.
band: How good the match is, in one word.
before: How the need was quantified before.
best_rank: The rank that this would give, at best.
by: The account that did it, by its random id.
care_setting: Where in care the need is, such as primary care.
central: The need that is most like the others.
certificates: Certificates held, or equivalent ones.
change: By how many points the score changes.
changed: When it was last changed; or what has changed.
checkpoint: The signed checkpoint.
choice: What was decided.
conflicted: Whether the caller has an interest of their own.
considered: How many times, or how many profiles, were considered.
content: What was said.
contributions: What was said, in the order in which it was said.
copied: Sentences that are the need's own words.
count: How many.
counted: Points that were counted.
counts: How many rows of each noun are new, edited and unchanged.
country: The country, by its two letters (ISO 3166-1).
created: When it was made.
criterion: The criterion.
days: For how many days it holds.
decision: The decision by which it was chosen, such as a contract's number.
deletions: What deleting each cited sentence would change.
depth: How many steps it is from the need that was asked about; negative before it.
differs: What did not come out the same.
digital: Whether it is held at a distance.
edges: What led to what.
edited: How many were changed.
effects: What was measured.
email: An e-mail address.
en: In English.
ended: When it ended; null while it goes on.
equivalent: Whether it is an equivalent certificate.
errors: What is wrong with each field.
evidence: The need's sentences, each with the profile's sentence that answers it best.
exchanged: What was exchanged.
excluded: What was not scored, and why.
expired: When it was noted that its time had run out.
expires: Until when it holds.
exposure: Who is seen.
fault: Why there is no answer; null if there is one.
faults: What is not as it was logged.
feedback: What staff or patients say.
field: The field.
figure: The figure that was found.
file: The file.
findings: What each relation showed.
first: The first of two; or how often it is first.
follow_ups: Needs that arose from the effect of this one.
found: Whether there is an answer.
gaps: Needs that nobody registered answers well.
gini: How unevenly actors are shown: 0 evenly, 1 all to one.
goal: What is to be achieved.
grade: From 1, poor, to 5, good.
ground: The lawful ground.
group: The group.
groups: Groups of needs that are about the same.
has_password: Whether a password has been set.
held: The day of the meeting.
high: The highest, as an exact fraction.
hubness: How often a few profiles come first for many needs.
id: The id.
implementations: Where and when it was taken into use.
intervals: How far each weight can move before the first places change.
invited: How often it was invited.
items: What is on this page, in order.
k: How many places are looked at.
key: The key.
keys: The public keys.
kind: The kind.
kinds: The same by kind of actor.
label: What it is called.
language: The language.
leaf_index: The entry's place in the match log.
least: The least that is expected.
level: How alike they are, in one word.
links: Where to go on.
locked: Whether a procurement is under way (R11).
machine_rank: The rank by the machine at that moment; null if it was not ranked.
made: When it was made.
masked: What is secret, or was not read.
matches: Ranked actors, best first.
media_type: The kind of file.
members: The needs of the group.
milliseconds: When it was written, in milliseconds since 1970.
moment: When it was.
most: The most that is expected.
most_shown: The share of places that the most shown actor has.
name: The name.
need: The need.
need_id: The need's id.
need_sentence: A sentence of the need.
need_sentences: Sentences of the need.
needs: How many needs.
never_shown: How many, or what share, are never shown.
new: How many are new.
nodes: Needs, solutions and effects.
noun: What kind of row.
number: A number, in its unit.
only_first: What only the first sees.
only_second: What only the second sees.
org_number: The organisation number, if it is known.
other_points: Points of no single sentence.
party: Who says it.
patient_perspective: What it means to patients.
period: The period that the number is for, such as a year.
pipeline: SHA-256 of how it was ranked.
place: The place.
places: Needs in order.
points: Points; more is better.
population: Whom the number is about.
preconditions: What a solution must abide by.
profile: The profile.
profile_id: The profile's id.
profile_leaf_index: The log's entry of the profile as it was considered.
profile_sentence: A sentence of the profile.
profile_title: The profile's title.
profile_version: Which version of the profile.
profiles: Profiles, or how many there are.
published: When it was published.
purpose: What it is for (R6): preparing a procurement, or informing the market.
quantity_number: How large the need is, in the unit; null if it is not quantified.
quantity_period: The period that the number is for, such as a year.
quantity_population: Whom the number is about.
quantity_unit: What the number counts, such as infections.
question: The question or meeting that is answered, by its number.
questions: The questions, in the order in which they are to be answered.
rank: The rank, from 1.
ranked: How many were ranked.
reason: Why, in words that can be read by everybody concerned.
receipt: The proof that it is in the match log (c2sp.org/tlog-proof).
reference: The decision's reference, such as a file number.
registered: How many are registered.
relation: What was tried.
relevant: Whether the profile is relevant for the need.
request_id: The id of the request; give it when you ask for help.
results: Where the results are.
revoked: When it was revoked; null while it holds.
roles: What somebody may act as.
root: The root of the log's tree, in hex.
ruled: When it was ruled about.
ruled_by: The account that ruled, by its random id.
ruling: Where the proposal stands.
same: Whether it came out the same, byte for byte.
score: Points; more is better.
scored: How many were scored.
second: The second of two.
secret: Whether it is secret.
self: Where it is.
sentences: Sentences, in order.
shown: How often it was shown.
size: How many entries there are.
sizes: The same by size.
snapshot: The root of the roll of everyone registered.
solution: The solution, by its number.
solutions: Solutions that were chosen.
source: Where it comes from.
speaker: On whose side the speaker is.
started: The day when it was taken into use.
starts: When it begins, with its time zone.
state: Where it stands.
status: How it stands; of a problem the HTTP status.
sv: In Swedish.
target: What it led to.
term: The word.
terms: Words in common, with their points.
text: In words.
thread: The thread, by the number of its first contribution.
threads: What was said, thread by thread.
title: The title.
to_cut: Points that are missing for the last place that is shown.
told: The same in words.
tried: How often it was tried.
type: The kind of problem; `about:blank` says no more than the status.
unchanged: How many are as they were.
unit: The unit.
unread: Sentences that were not read.
user: The account that decided, by its random id.
version: The version, from 1.
way: In which way.
website: The address of a web site.
weight: The weight, in percent.
weighting: The weighting that the order is by.
weights: The weight of each criterion, in percent; they sum to 100.
what: What it is.
withdrawn: When it was withdrawn; null while it takes part.
words: Words, with spaces between them.
worst: Its worst rank under any weighting.
"""

FIELDS: Mapping[str, str] = {
    name: words for name, _, words in (line.partition(": ") for line in _TEXT.strip().splitlines())
}
