"""The letters of a forum as they are worded, in Swedish and English. `letters` fills in what is in braces."""

from __future__ import annotations

from matcha.values import Language

_SV = {
    "trial": "[Prov, ingenting är avgjort] ",
    "length": "{hours} tim {minutes} min",
    "hours": "{hours} tim",
    "and": "och",
    "person": "en person",
    "people": "{count} personer",
    "chance": "Er chans var {chance}.",
    "no_lot": "Er chans i lottningen var därför noll.",
    "why_must": "Ni bjuds in utan lottning, av detta skäl: {said}.",
    "why_certain": "Alla som är lika lämpade som ni får plats, så er chans var 100 procent.",
    "why_drawn": "Flera var lika lämpade som ni, och lotten föll på er. Er chans var {chance}. {seed}",
    "why_reserve": "Ni var reserv, och en plats är ledig. Er chans att lottas in från början var {chance}. {seed}",
    "answers": "Av aspekterna ovan har er profil något att säga om {numbers}.",
    "invitation_subject": "Inbjudan till perspektivforum: {title}",
    "invitation": """Hej {to}!

Välkommen till perspektivforumet ”{title}”

{challenge}

Perspektivforum är ett halvdagsmöte där vården beskriver en utmaning och ber om era perspektiv. Ni går i grupper \
mellan stationer och samtalar om:
{aspects}

När: {when}
Var: {place}
Platser: {people} från er. {seats}

Varför just ni? {who} Där flera är lika lämpade avgör lotten. {why}

Mötet är inte en del av någon upphandling och ger ingen fördel i en. Det som en deltagare får veta blir synligt för \
alla inbjudna, och det som sägs antecknas. Berätta därför inget som ni vill hålla hemligt. Efteråt erbjuds alla \
deltagare ett enskilt digitalt möte, lika långt och efter samma mall.

Svara ja eller nej senast {reply_by} till {contact}, med namn på den eller dem som kommer. Annars går er plats till \
en reserv. Säg också om ni behöver något för att kunna delta, till exempel hörslinga, hiss eller tolk, och om mat som \
ni inte äter.

Era uppgifter: organisationens namn, svar och plats sparas i forumets handlingar, som är allmänna om inte sekretess \
gäller. Namn på personer används till mötet och till inget annat. Fråga {contact} om ni vill veta vad som sparas \
eller få det rättat.

Vänliga hälsningar
{sender}
""",
    "reserve_subject": "Reservplats till perspektivforum: {title}",
    "reserve": """Hej {to}!

Vi ordnar perspektivforumet ”{title}”.

När: {when}
Var: {place}

Ni har ingen plats ännu. Skälet är: {reason} Ni är reserv nummer {number} i gruppen {part}. Blir en \
plats ledig får ni en inbjudan, och ni väljer då om ni vill komma.

Så valdes deltagarna: {who} Där flera är lika lämpade avgör lotten.

Så kontrolleras lotten: sammansättningen låstes i matchningsloggen (post {entry}, SHA-256 {digest}) innan någon \
lottades. {seed} Av sammansättningen och det som drogs kan lotten räknas om. Kvitto på loggposten får ni av {contact}.

Mötet är inte en del av någon upphandling. Att vara med ger ingen fördel i en, och att inte vara med ger ingen \
nackdel. Det som deltagarna får veta på mötet blir synligt även för er om ni blir inbjudna.

Vill ni inte vara reserv, säg det senast {reply_by} till {contact}. Dit vänder ni er också om ni vill veta vilka \
uppgifter som sparas om er eller få dem rättade.

Vänliga hälsningar
{sender}
""",
    "not_selected_subject": "Perspektivforum: ni har inte fått plats ({title})",
    "not_selected": """Hej {to}!

Vi ordnar perspektivforumet ”{title}”.

Den här gången har ni inte fått plats. Skälet är: {reason}

Så valdes deltagarna: {criteria}

Så kontrolleras lotten: sammansättningen låstes i matchningsloggen (post {entry}, SHA-256 {digest}) innan någon \
lottades. {seed} Av sammansättningen och det som drogs kan lotten räknas om. Kvitto på loggposten får ni av {contact}.

Mötet är inte en del av någon upphandling. Att inte vara med ger ingen nackdel i en, och det är inget omdöme om er.

Vill ni vara med en annan gång? Visa intresse för behovet i matcha eller hos {contact}, och håll er profil aktuell. \
Den som har visat intresse räknas alltid med när nästa forum sätts samman, om inte värdens regler hindrar det.

Är något fel, eller vill ni veta vilka uppgifter som sparas om er? Skriv till {contact} senast {reply_by}.

Vänliga hälsningar
{sender}
""",
    "follow_up_subject": "Erbjudande om uppföljande möte: {title}",
    "follow_up": """Hej {to}!

Tack för att ni är med i perspektivforumet ”{title}”!

Alla deltagare erbjuds ett enskilt digitalt möte på {minutes} minuter. Längden, mallen och tiderna att välja på är \
desamma för alla. Mallen är:

{template}

Tider att välja på:
{times}

Svara senast {reply_by} till {contact} med alla tider som ni kan. Så många som möjligt får ett möte. Räcker tiderna \
inte till avgör lotten, aldrig vem som svarar först. Den som blir utan får nya tider.

Mötet är inte en del av någon upphandling och ger ingen fördel i en. Vi antecknar det som sägs, och det ni får veta \
som andra inte vet blir synligt för alla inbjudna. Berätta därför inget som ni vill hålla hemligt. Nästa möte hålls \
först när anteckningarna från det förra finns.

Säg till om ni behöver något för att kunna delta, till exempel textning eller tolk.

Vänliga hälsningar
{sender}
""",
}

_EN = {
    "trial": "[On trial, nothing is decided] ",
    "length": "{hours} h {minutes} min",
    "hours": "{hours} h",
    "and": "and",
    "person": "one person",
    "people": "{count} people",
    "chance": "Your chance was {chance}.",
    "no_lot": "Your chance in the draw was therefore nil.",
    "why_must": "You are invited without drawing lots, for this reason: {said}.",
    "why_certain": "All that are as well suited as you have a place, so your chance was 100 per cent.",
    "why_drawn": "Several were as well suited as you, and the lot fell on you. Your chance was {chance}. {seed}",
    "why_reserve": "You were a reserve, and a place is free. Your first chance was {chance}. {seed}",
    "answers": "Of the aspects above, your profile has something to say about {numbers}.",
    "invitation_subject": "Invitation to a Perspektivforum: {title}",
    "invitation": """Dear {to},

Welcome to the Perspektivforum “{title}”

{challenge}

A Perspektivforum is half a day in which the care describes a challenge and asks for your perspectives. You go in \
groups between stations and talk about:
{aspects}

When: {when}
Where: {place}
Places: {people} from you. {seats}

Why you? {who} Where several are equally suited, lots decide. {why}

The meeting is not part of any procurement and gives no advantage in one. What one participant is told becomes \
visible to all invited, and notes are taken of what is said. So please tell nothing that you want to keep secret. \
Afterwards every participant is offered an individual digital meeting, of the same length and by the same template.

Answer yes or no by {reply_by} to {contact}, with the names of those who come. Otherwise your place goes to a \
reserve. Please also say if you need anything to take part, such as a hearing loop, a lift or an interpreter, and \
what you do not eat.

Your data: the organisation's name, answer and place are kept in the forum's records, which are public unless they \
are secret by law. Names of people are used for the meeting and for nothing else. Ask {contact} what is kept, or to \
have it corrected.

Kind regards
{sender}
""",
    "reserve_subject": "Reserve for a Perspektivforum: {title}",
    "reserve": """Dear {to},

We are arranging the Perspektivforum (perspective forum) “{title}”.

When: {when}
Where: {place}

You have no place yet. The reason is: {reason} You are reserve number {number} in the group {part}. If a \
place becomes free you get an invitation, and you then choose whether to come.

How the participants were chosen: {who} Where several are equally suited, lots decide.

How the lot is checked: the composition was locked in the match log (entry {entry}, SHA-256 {digest}) before anybody \
was drawn. {seed} From the composition and what was drawn, the lot can be worked out anew. You get a receipt for the \
entry from {contact}.

The meeting is not part of any procurement. Taking part gives no advantage in one, and not taking part no \
disadvantage. What participants are told becomes visible to you, too, if you are invited.

If you do not want to be a reserve, say so by {reply_by} to {contact}. Turn there, too, to know what data is kept \
about you or to have it corrected.

Kind regards
{sender}
""",
    "not_selected_subject": "Perspektivforum: you have no place ({title})",
    "not_selected": """Dear {to},

We are arranging the Perspektivforum (perspective forum) “{title}”.

This time you have no place. The reason is: {reason}

How the participants were chosen: {criteria}

How the lot is checked: the composition was locked in the match log (entry {entry}, SHA-256 {digest}) before anybody \
was drawn. {seed} From the composition and what was drawn, the lot can be worked out anew. You get a receipt for the \
entry from {contact}.

The meeting is not part of any procurement. Not taking part gives no disadvantage in one, and it is no verdict on you.

Would you like to come another time? Show interest in the need in matcha or to {contact}, and keep your profile up \
to date. Whoever has shown interest always counts when the next forum is composed, unless the host's rules prevent it.

Is anything wrong, or do you want to know what data is kept about you? Write to {contact} by {reply_by}.

Kind regards
{sender}
""",
    "follow_up_subject": "Offer of a follow-up meeting: {title}",
    "follow_up": """Dear {to},

Thank you for being part of the Perspektivforum (perspective forum) “{title}”.

Every participant is offered an individual digital meeting of {minutes} minutes. The length, the template and the \
times to choose from are the same for all. The template is:

{template}

Times to choose from:
{times}

Answer by {reply_by} to {contact} with all the times that you can. As many as possible get a meeting. If there are \
too few times, lots decide, never who answers first. Whoever is left without one gets new times.

The meeting is not part of any procurement and gives no advantage in one. We take notes of what is said, and what you \
are told that others do not know becomes visible to all invited. So please tell nothing that you want to keep secret. \
The next meeting is held only when there are notes of the one before.

Please say if you need anything to take part, such as captions or an interpreter.

Kind regards
{sender}
""",
}

LETTERS: dict[Language, dict[str, str]] = {Language.SV: _SV, Language.EN: _EN}
