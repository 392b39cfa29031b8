"""Which pages there are pictures of: each route of the site, or why it has none (tests/test_show_pages.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcha.callers import AccountRole

PUBLIC, SUPPLIER, COORDINATOR, ORGANISER, OFFICER, ADMINISTRATOR = AccountRole
ALL_LOOKS = ("phone", "dark", "en")


@dataclass(frozen=True)
class Shot:
    """A picture: where it stands, the route it is of, the page (braces from `filled_demo`), who looks, what is seen."""

    area: str
    name: str
    route: str
    path: str
    role: AccountRole
    said: str
    also: tuple[str, ...] = ()


_N, _F, _S = "/behov/behov-a01", "/forum/{forum}", "/svar/{leaf}"
_DONE = "/behov/behov-a02"
_ROWS: tuple[tuple[str, AccountRole, tuple[tuple[str, str, str, str, tuple[str, ...]], ...]], ...] = (
    (
        "For everybody",
        PUBLIC,
        (
            ("start", "/", "/", "The start page", ALL_LOOKS),
            ("needs", "/behov", "/behov", "The open needs", ALL_LOOKS),
            ("need", "/behov/{id}", _N, "A need", ALL_LOOKS),
            ("actors", "/aktorer", "/aktorer", "Who is registered", ()),
            ("actor", "/aktorer/{id}", "/aktorer/{actor}", "An actor", ()),
            ("profile", "/profiler/{id}", "/profiler/{profile}", "A profile, as anybody sees it", ()),
            ("results", "/behov/{id}/resultat", f"{_DONE}/resultat", "What came of a need", ("phone",)),
            ("log", "/loggen", "/loggen", "The match log", ()),
            ("log-entry", "/loggen/{leaf_index}", "/loggen/{leaf}", "An entry of the log", ()),
            ("log-compare", "/loggen/jamfor", "/loggen/jamfor", "Two checkpoints compared", ()),
            ("verify", "/verifiera", "/verifiera", "Verify a receipt, off line", ("en",)),
            ("ranking", "/sa-rangordnas", "/sa-rangordnas", "How actors are ranked", ()),
            ("neutrality", "/neutralitet", "/neutralitet", "The neutrality label", ()),
            ("open-data", "/oppna-data", "/oppna-data", "Open data", ()),
            ("about", "/om", "/om", "What matcha is for", ()),
            ("privacy", "/integritet", "/integritet", "Privacy", ()),
            ("accessibility", "/tillganglighet", "/tillganglighet", "Accessibility, with a form", ()),
            ("thanks", "/tack/{kind}", "/tack/accessibility?nummer=1", "A request is received", ()),
            ("sign-in", "/logga-in", "/logga-in", "Signing in", ("phone",)),
            ("password", "/losenord", "/losenord", "Setting a password", ()),
        ),
    ),
    (
        "Matching",
        COORDINATOR,
        (
            ("search", "/sok", "/sok", "Who could meet this need?", ALL_LOOKS),
            ("answers", "/svar", "/svar", "Answers so far", ()),
            ("answer", "/svar/{leaf}", _S, "An answer, with evidence", ALL_LOOKS),
            ("match", "/svar/{leaf}/aktor/{id}", f"{_S}/aktor/{{first}}", "One actor of it", ("phone",)),
            ("compare", "/svar/{leaf}/jamfor", f"{_S}/jamfor?a={{first}}&a={{second}}", "Two side by side", ("phone",)),
            ("why-not", "/svar/{leaf}/varfor", f"{_S}/varfor", "Why not this one?", ()),
            ("explained", "/svar/{leaf}/varfor/{post}", f"{_S}/varfor/{{post}}", "What would change its place", ()),
            ("shortlist", "/behov/{id}/kortlista", f"{_N}/kortlista", "A shortlist with decisions", ()),
            ("questions", "/fragor", "/fragor", "Many questions at once", ()),
            ("questions-job", "/fragor/{id}", "/fragor/{job}", "Their answers", ()),
            ("map", "/karta", "/karta", "The map of needs and solutions", ALL_LOOKS),
        ),
    ),
    (
        "Needs",
        COORDINATOR,
        (
            ("need-new", "/behov/nytt", "/behov/nytt", "Writing a need", ("phone",)),
            ("need-edit", "/behov/{id}/andra", f"{_N}/andra", "Changing one", ()),
            ("need-desk", "/behov/{id}/arbete", f"{_N}/arbete", "A need at work", ALL_LOOKS),
            ("need-purpose", "/behov/{id}/arbete/{what}", f"{_N}/arbete/syfte", "What it is matched for", ()),
            ("need-files", "/behov/{id}/bilagor", f"{_N}/bilagor", "Attachments", ()),
            ("need-groups", "/behov/grupper", "/behov/grupper", "Needs that are alike, and gaps", ()),
            ("screening", "/screening", "/screening", "The order of needs", ("phone", "dark")),
            ("weights", "/screening/viktning", "/screening/viktning", "How criteria are weighted", ()),
            ("need-score", "/behov/{id}/bedom", "/behov/behov-oro/bedom", "Scoring a need", ()),
            ("dialogue", "/behov/{id}/dialog", f"{_N}/dialog", "The dialogue about a need", ("phone",)),
            ("dialogue-event", "/behov/{id}/dialog/{what}", f"{_N}/dialog/handelse", "Adding an event", ()),
            ("dossier", "/behov/{id}/underlag", f"{_N}/underlag", "Who took part before a procurement", ()),
            ("result-effect", "/behov/{id}/resultat/{what}", f"{_DONE}/resultat/effekt", "Recording an effect", ()),
            ("proposals", "/forslag", "/forslag", "Proposed profiles", ()),
            ("proposal", "/forslag/{number}", "/forslag/{proposal}", "One to rule on", ()),
        ),
    ),
    (
        "Suppliers",
        SUPPLIER,
        (
            ("own", "/min", "/min", "A supplier's own page", ALL_LOOKS),
            ("own-new", "/min/profil/ny", "/min/profil/ny", "A first profile", ("phone",)),
            ("own-profile", "/min/profil/{id}", "/min/profil/{profile}", "A profile of one's own", ()),
            (
                "own-edit",
                "/min/profil/{id}/andra",
                "/min/profil/{profile}/andra",
                "Changing it, and how it is read",
                (),
            ),
            ("own-needs", "/min/profil/{id}/behov", "/min/profil/{profile}/behov", "Needs that it fits", ()),
            ("own-matches", "/min/profil/{id}/matchningar", "/min/profil/{profile}/matchningar", "Receipts", ()),
            ("own-rank", "/min/profil/{id}/rang", "/min/profil/{profile}/rang?behov=behov-a01", "One's own place", ()),
            ("own-withdraw", "/min/profil/{id}/dra-tillbaka", "/min/profil/{profile}/dra-tillbaka", "Withdrawing", ()),
            ("own-forum", "/min/forum/{forum}", "/min/forum/{forum}", "A forum, for a supplier", ()),
            ("own-watch", "/min/bevakningar", "/min/bevakningar", "What to hear of", ()),
            ("own-keys", "/min/nycklar", "/min/nycklar", "Keys for programs", ()),
            ("own-data", "/min/uppgifter", "/min/uppgifter", "One's data", ()),
        ),
    ),
    (
        "Forums",
        ORGANISER,
        (
            ("forums", "/forum", "/forum", "All forums", ()),
            ("forums-of-need", "/behov/{id}/forum", f"{_N}/forum", "The forums of a need", ()),
            ("forum-new", "/behov/{id}/forum/nytt", f"{_N}/forum/nytt", "The rules of a forum", ("phone",)),
            ("forum", "/forum/{id}", _F, "A forum, and what comes next", ALL_LOOKS),
            ("forum-composition", "/forum/{id}/sammansattning", f"{_F}/sammansattning", "Who is proposed, and why", ()),
            ("forum-lot", "/forum/{id}/lotta", f"{_F}/lotta", "The lot", ()),
            ("forum-groups", "/forum/{id}/grupper", f"{_F}/grupper", "Groups, as a picture", ALL_LOOKS),
            ("forum-programme", "/forum/{id}/program", f"{_F}/program", "The programme", ()),
            ("forum-invitations", "/forum/{id}/inbjudan", f"{_F}/inbjudan", "Invitations", ()),
            ("forum-guest", "/forum/{id}/aktor/{actor}", f"{_F}/aktor/{{guest}}", "A guest, and the letter", ()),
            ("forum-replace", "/forum/{id}/ersatt/{actor}", f"{_F}/ersatt/{{guest}}", "Giving a place to another", ()),
            ("forum-day", "/forum/{id}/dagen", f"{_F}/dagen", "On the day", ("phone",)),
            ("forum-attendance", "/forum/{id}/narvaro", f"{_F}/narvaro", "Who came", ()),
            ("forum-meetings", "/forum/{id}/moten", f"{_F}/moten", "Meetings afterwards", ()),
            ("forum-times", "/forum/{id}/moten/tider", f"{_F}/moten/tider", "Their times", ()),
            ("forum-notes", "/forum/{id}/moten/{actor}", f"{_F}/moten/{{met}}", "Notes of one", ()),
            ("forum-outcomes", "/forum/{id}/resultat", f"{_F}/resultat", "What came of it", ()),
            ("forum-value", "/forum/{id}/varde", f"{_F}/varde", "What it was worth", ()),
            ("forum-close", "/forum/{id}/avsluta", f"{_F}/avsluta", "Closing it", ()),
        ),
    ),
    (
        "Review",
        OFFICER,
        (
            ("review", "/granskning", "/granskning", "The officer's desk", ALL_LOOKS),
            ("review-needs", "/granskning/behov", "/granskning/behov", "Needs and procurements", ()),
            (
                "review-lock",
                "/granskning/behov/{id}/las",
                "/granskning/behov/behov-a01/las",
                "A procurement begins",
                (),
            ),
            ("review-decisions", "/granskning/beslut", "/granskning/beslut", "Decisions", ()),
            ("review-exposure", "/granskning/exponering", "/granskning/exponering", "Who is seen how often", ()),
            ("review-interests", "/granskning/jav", "/granskning/jav", "Declared interests", ()),
            ("review-audit", "/granskning/revision", "/granskning/revision", "Audit and replay", ()),
        ),
    ),
    (
        "Administration",
        ADMINISTRATOR,
        (
            ("admin", "/admin", "/admin", "What runs, and how", ("phone",)),
            ("admin-accounts", "/admin/konton", "/admin/konton", "Accounts", ()),
            ("admin-account-new", "/admin/konton/nytt", "/admin/konton/nytt", "A new account", ()),
            ("admin-account", "/admin/konton/{id}", "/admin/konton/{account}", "An account", ()),
            ("admin-account-erase", "/admin/konton/{id}/gallra", "/admin/konton/{account}/gallra", "Erasing one", ()),
            ("admin-keys", "/admin/nycklar", "/admin/nycklar", "Keys", ()),
            ("admin-sources", "/admin/kallor", "/admin/kallor", "Importing files", ()),
            ("admin-index", "/admin/index", "/admin/index", "The index", ()),
            ("admin-jobs", "/admin/jobb", "/admin/jobb", "Long jobs", ()),
            ("admin-requests", "/admin/arenden", "/admin/arenden", "What people asked for", ()),
            ("admin-request", "/admin/arenden/{number}", "/admin/arenden/{request}", "One of them", ()),
            ("admin-erase", "/admin/gallring", "/admin/gallring", "Erasing what was registered", ()),
        ),
    ),
)
SHOTS = tuple(
    Shot(area, name, route, path, role, said, also)
    for area, role, rows in _ROWS
    for name, route, path, said, also in rows
)
NOT_PICTURED: Mapping[str, str] = {
    "/favicon.ico": "a picture itself",
    "/robots.txt": "for machines",
    "/forum/nytt": "leads on to the rules of a forum",
    "/forum/{id}/beratta/{meeting}": "is empty when all has been told, as in the demo's forum",
    "/behov/{id}/kortlista.csv": "a file",
    "/behov/{id}/kortlista.json": "a file",
    "/svar/{leaf}/lista.csv": "a file",
    "/svar/{leaf}/svar.json": "a file",
    "/min/uppgifter.json": "a file",
}
