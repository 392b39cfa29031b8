"""Run a draw again: python verify_draw.py composition.json SOURCE "WORDS". Nothing but Python 3.11 is needed.

SOURCE is checkpoint, dice or trial; WORDS are the checkpoint's root, the throws of the dice, or any words. Prints the
composition's digest, the ticket, the panel (from 0) and those who are invited, one a line. How it is drawn is told in
`matcha.forum.drawing`; this file is written from that alone, and imports nothing of it.
"""

import hashlib
import hmac
import json
import sys
from pathlib import Path

TICKETS = 1_000_000


def lot(seed: bytes, words: str) -> bytes:
    """Give HMAC-SHA256 of words by the seed."""
    return hmac.new(seed, words.encode(), hashlib.sha256).digest()


def ticket_of(seed: bytes) -> int:
    """Give the first number under the greatest multiple of TICKETS, modulo TICKETS: no ticket is likelier."""
    n = 0
    while (number := int.from_bytes(lot(seed, f"ticket\n{n}")[:8], "big")) >= 2**64 // TICKETS * TICKETS:
        n += 1
    return number % TICKETS


def main(path: str, source: str, words: str) -> None:
    """Print who is invited."""
    content = Path(path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    composition = json.loads(content)
    seed = hashlib.sha256(f"matcha/forum-draw/v1\n{digest}\n{source}\n{words}".encode()).digest()
    left = ticket = ticket_of(seed)
    panel = 0
    while left >= composition["panels"][panel]["tickets"]:
        left -= composition["panels"][panel]["tickets"]
        panel += 1
    invited = []
    for peers, count in zip(composition["peers"], composition["panels"][panel]["counts"], strict=True):
        invited += sorted(peers["ids"], key=lambda one: lot(seed, f"place\n{one}"))[:count]
    print(f"digest {digest}\nticket {ticket}\npanel {panel}")
    print("\n".join(sorted(invited)))


if __name__ == "__main__":
    main(*sys.argv[1:])
