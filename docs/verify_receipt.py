"""Verify a receipt of matcha's match log with nothing but Python: python3 verify_receipt.py RECEIPT PUBLIC_KEY

Written apart from matcha, from RFC 8032 (Ed25519), RFC 9162 (Merkle trees) and c2sp.org/tlog-proof.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

P, D = 2**255 - 19, -121665 * pow(121666, -1, 2**255 - 19)
ORDER = 2**252 + 27742317777372353535851937790883648493
B = (15112221349535400772501151409588531511454012693041857206046113283949847762202, 4 * pow(5, -1, P) % P)


def need(true, why="the receipt does not prove what it says"):
    if not true:
        raise ValueError(why)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def plain(text):
    content = base64.b64decode(text)
    need(base64.b64encode(content).decode() == text, "base64 that nobody writes")
    return content


def digest(text):
    content = bytes.fromhex(text)
    need(len(content) == 32 and content.hex() == text)
    return content


def only(told, names):
    need(sorted(told) == sorted(names.split()), "members that prove nothing, or too few")


def add(p, q):
    (x, y), (u, v) = p, q
    k = D * x * y * u * v
    return (x * v + y * u) * pow(1 + k, -1, P) % P, (y * v + x * u) * pow(1 - k, -1, P) % P


def times(n, p):
    q = (0, 1)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


def point(b):
    n = int.from_bytes(b, "little")
    y, sign = n % 2**255, n >> 255
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if (x * x - xx) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    need((x * x - xx) % P == 0 and y < P)
    return (x if x & 1 == sign else P - x), y


def signed(key, text, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(r + key + text).digest(), "little")
    need(len(signature) == 64 and s < ORDER and times(s, B) == add(point(r), times(h, point(key))), "wrong signature")


def included(index, size, leaf, proof, root):
    place, last, node = index, size - 1, sha(b"\0", leaf)
    need(type(index) is int and type(size) is int and type(proof) is list and 0 <= index < size)
    for step in map(plain, proof):
        need(last)
        if place & 1 or place == last:
            node = sha(b"\1", step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = sha(b"\1", node, step)
        place, last = place >> 1, last >> 1
    need(last == 0 and node == root, "not in the tree")


def verify(text, vkey):
    name, _, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key)[1:]
    proof, checkpoint, signatures = text.split("\n\n")
    mark = sha(name.encode(), b"\n\x01", key)[:4]
    need(signatures.endswith("\n") and all(line.startswith("— ") for line in signatures[:-1].split("\n")))
    ours = [plain(line.split(" ")[2]) for line in signatures[:-1].split("\n") if line.split(" ")[1] == name]
    (signature,) = [each[4:] for each in ours if each[:4] == mark]
    signed(key, checkpoint.encode() + b"\n", signature)
    origin, size, root = checkpoint.split("\n")
    size, root = int(size), plain(root)
    first, extra, index, *hashes = proof.split("\n")
    need((first, origin) == ("c2sp.org/tlog-proof@v1", name))
    raw, index = plain(extra.removeprefix("extra ")), int(index.removeprefix("index "))
    told = json.loads(raw)
    need(json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() == raw)
    need(proof.split("\n")[1:3] == [f"extra {base64.b64encode(raw).decode()}", f"index {index}"])
    included(index, size, told["body"].encode(), hashes, root)
    match = json.loads(told["body"])
    if "salts" in told:
        only(told, "body salts")
        need(told["salts"].keys() <= match["fields"].keys() and all(map(digest, told["salts"].values())))
        return f"{match['kind']} {index} is in the log {origin} of {size} entries"
    profile, line, placed = told["profile"], told["line"], told.get("standing")
    only(told, "body profile line" + " standing" * ("standing" in told))
    only(profile, "index body proof" + " salt value" * ("value" in profile))
    only(line, "leaf place proof")
    included(profile["index"], size, profile["body"].encode(), profile["proof"], root)
    said = json.loads(profile["body"])
    need(match["kind"] == "match" and said["kind"] == "profile_version" and profile["index"] < index)
    if "value" in profile:
        salt = digest(profile["salt"])  # of another length, it would take from the value
        opened = sha(b"matcha/commit/v1\0\0\0\x07profile", salt, profile["value"].encode())
        need(opened.hex() == said["fields"]["profile"])
    roll = match["roll"]
    included(line["place"], roll["size"], line["leaf"].encode(), line["proof"], digest(roll["root"]))
    leaf, kind, excluded, *_ = json.loads(line["leaf"])
    if excluded is None and match["only"] not in (None, kind):
        excluded = "other kind"
    need(leaf == profile["index"] and (excluded is None) == ("standing" in told))
    if excluded is not None:
        return f"profile {leaf} was on the roll of match {index} and excluded: {excluded}"
    only(placed, "leaf place proof" + " entry" * ("entry" in placed))
    holder = match
    if "entry" in placed:
        entry = placed["entry"]
        only(entry, "index body proof")
        included(entry["index"], size, entry["body"].encode(), entry["proof"], root)
        holder = json.loads(entry["body"])
        need(holder["kind"] == "explanation" and holder["of"] == index)
        need(all(holder[name] == match[name] for name in ("config", "roll", "tree", "only")))
    tree = holder["standings"]
    included(placed["place"], tree["size"], placed["leaf"].encode(), placed["proof"], digest(tree["root"]))
    standing = json.loads(placed["leaf"])
    need(leaf in standing["profiles"])
    return f"profile {leaf} was scored in match {index}: rank {standing['rank']}, score {standing['score']}"


if __name__ == "__main__":
    print("OK:", verify(Path(sys.argv[1]).read_bytes().decode(), sys.argv[2]))
