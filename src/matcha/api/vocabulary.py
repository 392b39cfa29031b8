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
again: Whether it would come again, from 1, no, to 5, gladly.
alike: Profiles that say nearly the same.
alone: Needs that are in no group.
analysis: What kind of analysis it is.
answer: What the question was answered with; null if it could not be.
answers: The question or meeting that it answers; null if it answers none.
apart: Pairs of actors that never sit in the same group, such as competitors.
arrival: Minutes for coming in.
aspects: Two to six parts of the challenge, or none.
band: How good the match is, in one word.
before: How the need was quantified before.
best_rank: The rank that this would give, at best.
bound: What nothing can be better than, by proof.
briefing: Minutes of the same short briefing for all.
by: The account that did it, by its random id.
candidates: How many actors were considered.
care_setting: Where in care the need is, such as primary care.
central: The need that is most like the others.
certificates: Certificates held, or equivalent ones.
chance: The chance of being drawn, from 0 to 1, as it was committed to before the draw.
change: By how many points the score changes.
changed: When it was last changed; or what has changed.
checkpoint: The signed checkpoint.
choice: What was decided.
closed: When it ended; null while it goes on.
closeness: How many standard deviations the actor stands above texts not chosen for the need, 1 to 3.
closing: Minutes for ending together.
come: Invited actors that come although they have no seat.
composed: How many forums were composed for the need, this one included.
conflicted: Whether the caller has an interest of their own.
conflicts: Actors that cannot be invited, each with why.
considered: How many times, or how many profiles, were considered.
contacts: What it gave in contacts, from 1, nothing, to 5, much.
content: What was said.
contributions: What was said, in the order in which it was said.
copied: Sentences that are the need's own words.
count: How many.
counted: Points that were counted.
country: The country, by its two letters (ISO 3166-1).
counts: How many rows of each noun are new, edited and unchanged.
coverage: How many invited actors are to answer each aspect, at least.
created: When it was made.
criteria: By what it is composed, a sentence each (R7).
criterion: The criterion.
days: For how many days it holds.
decision: The decision by which it was chosen, such as a contract's number.
deletions: What deleting each cited sentence would change.
demo: Minutes for demonstrations; 0 for none.
depth: How many steps it is from the need that was asked about; negative before it.
differs: What did not come out the same.
digest: SHA-256 of the composition, committed to before the draw, in hex.
digital: Whether it is held at a distance.
done: How many rounds are over; they stay as they were.
drawn: Whether it has been drawn, in earnest, who is invited.
edges: What led to what.
edited: How many were changed.
effects: What was measured.
email: An e-mail address.
en: In English.
ended: When it ended; null while it goes on.
ends: When it ends, with its time zone.
equivalent: Whether it is an equivalent certificate.
errors: What is wrong with each field.
evidence: The need's sentences, each with the profile's sentence that answers it best.
exchanged: What was exchanged.
excluded: What was not scored, and why.
expired: When it was noted that its time had run out.
expires: Until when it holds.
exposure: Who is seen.
facilitator: Who of the host leads the talk there.
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
gap: The share of the bound that is missing at most.
gaps: Needs that nobody registered answers well.
gini: How unevenly actors are shown: 0 evenly, 1 all to one.
goal: What is to be achieved.
gone: Seats that stay empty.
grade: From 1, poor, to 5, good.
grades: How far the actor answers each aspect, in order: 0 not at all, 1 touches it, 2 could, 3 strongly.
ground: The lawful ground.
group: The group.
groups: Groups of needs that are about the same.
has_password: Whether a password has been set.
held: The day of the meeting.
high: The highest, as an exact fraction.
host: How many people the host sends itself, by what they come as.
house_seats: The most people of one organisation.
houses: Actors that are one organisation although their numbers differ.
hubness: How often a few profiles come first for many needs.
id: The id.
implementations: Where and when it was taken into use.
in_place_of: The actor whose place it has taken over; null if it was drawn.
insight: What it gave in insight into the needs of care, from 1, nothing, to 5, much.
intervals: How far each weight can move before the first places change.
invitations: Who is invited, or is to be.
invited: How often it was invited.
inviting: Whom it is open to: those who show interest, or also those whom objective criteria point to.
item: What it is.
items: What is on this page, in order.
k: How many places are looked at.
key: The key.
keys: The public keys.
kind: The kind.
kinds: The same by kind of actor.
label: What it is called.
language: The language.
late: Seats of people who come late, each with the first round they are there for.
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
meeting_times: When the actor could begin a follow-up meeting.
meetings: The follow-up meetings.
members: The needs of the group.
milliseconds: When it was written, in milliseconds since 1970.
mingle: Minutes for mingling; 0 for none.
minutes: How long each meeting is.
mixing: How people go between the stations: in whole groups, remixed each round, or freely.
moment: When it was.
most: The most that is expected.
most_shown: The share of places that the most shown actor has.
must: Actors that have to be invited, each with why.
name: The name.
need: The need.
need_id: The need's id.
need_sentence: A sentence of the need.
need_sentences: Sentences of the need.
needs: How many needs.
never_shown: How many, or what share, are never shown.
never_together: Pairs of actors of which at most one is invited.
new: How many are new.
nodes: Needs, solutions and effects.
not_selected: Who has no place, with why.
note_taker: Who of the host takes notes there.
notes: What was said there; of a meeting null until it is filed.
noun: What kind of row.
number: A number, in its unit.
objective: How good it is: more is better.
offer: What every participant is offered; the same for all.
one_sided: The most seats, in percent, that go to actors that answer one and the same aspect alone.
only_first: What only the first sees.
only_second: What only the second sees.
org_number: The organisation number, if it is known.
other_points: Points of no single sentence.
outcome: What was done about it.
outcomes: What came of it for the care.
page: Which page it is about.
pairs: How many pairs of people meet; null until it is arranged.
parts: What actors come as, where their kind does not say it.
party: Who says it.
patient_perspective: What it means to patients.
pause: Minutes of the break; 0 for none.
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
programme: What happens when; empty until it is planned.
published: When it was published.
purpose: What it is for (R6): preparing a procurement, or informing the market.
qualify: The grade that it takes to qualify, and to answer an aspect.
quantity_number: How large the need is, in the unit; null if it is not quantified.
quantity_period: The period that the number is for, such as a year.
quantity_population: Whom the number is about.
quantity_unit: What the number counts, such as infections.
question: The question or meeting that is answered, by its number.
questions: The questions, in the order in which they are to be answered.
quotas: The fewest and the most people of a kind, the host's own included.
rank: The rank, from 1.
ranked: How many were ranked.
reason: Why, in words that can be read by everybody concerned.
receipt: The proof that it is in the match log (c2sp.org/tlog-proof).
reference: The decision's reference, such as a file number.
registered: How many are registered.
relation: What was tried.
relevant: Whether the profile is relevant for the need.
reply: What was answered, or whether it was there; null until then.
reply_by: By which day to answer.
request_id: The id of the request; give it when you ask for help.
reserves: Who waits for a place, in order.
results: Where the results are.
revoked: When it was revoked; null while it holds.
roles: What somebody may act as.
room: Which room it is in.
root: The root of the log's tree, in hex.
round: Minutes of each round.
ruled: When it was ruled about.
ruled_by: The account that ruled, by its random id.
rules: The rules it is composed by.
ruling: Where the proposal stands.
said: The root, the dice as they were called out, or the words on trial.
same: Whether it came out the same, byte for byte.
score: Points; more is better.
scored: How many were scored.
seats: The fewest and the most people in the room, the host's own included.
seats_each: How many people an invitation is for, by what they come as; 1 unless said.
second: The second of two.
secret: Whether it is secret.
seed: What the draw was decided by; null until then.
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
station: The station's number, if it was at one.
stations: The stations; or how many there are.
status: How it stands; of a problem the HTTP status.
steps: The steps that were taken, in order.
sv: In Swedish.
target: What it led to.
team: The team of the host.
teams: The teams of the host that hold meetings, each with the times at which it could begin one.
template: What is asked in every meeting; the same for all.
term: The word.
terms: Words in common, with their points.
text: In words.
theme: What is talked about there.
thread: The thread, by the number of its first contribution.
threads: What was said, thread by thread.
times: When a meeting could begin.
title: The title.
to_cut: Points that are missing for the last place that is shown.
told: The same in words.
tour: Minutes for a tour; 0 for none.
tried: How often it was tried.
type: The kind of problem; `about:blank` says no more than the status.
unchanged: How many are as they were.
uneven: By how many people kinds are worse mixed than if each were spread evenly over the stations.
unit: The unit.
unplaced: Actors for whom no time was found.
unread: Sentences that were not read.
user: The account that decided, by its random id.
values: What participants got out of it.
version: The version, from 1.
way: In which way.
website: The address of a web site.
weight: The weight, in percent.
weighting: The weighting that the order is by.
weights: The weight of each criterion, in percent; they sum to 100.
what: What it is.
wishes: When actors could meet, where they said otherwise than in their replies.
withdrawn: When it was withdrawn; null while it takes part.
witnesses: Who saw the dice.
words: Words, with spaces between them.
worst: Its worst rank under any weighting.
"""

FIELDS: Mapping[str, str] = {
    name: words for name, _, words in (line.partition(": ") for line in _TEXT.strip().splitlines())
}
