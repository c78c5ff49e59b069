#!/usr/bin/env python3
"""Writes values-and-leaves.jsonl: golden cases for instants, arrays and the leaves that came with them.

A third spelling of the contract (docs/SEMANTICS.md), in another language, that shares nothing with the code under test. The same seed gives the same
file: tests/goldens/values-and-leaves.py > tests/goldens/values-and-leaves.jsonl
"""
import json
import random
import struct
from datetime import datetime, timedelta, timezone

NAN = float("nan")


def ticks(text):
    """An instant in steps of 100 ns since the year 1, in UTC."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    since = moment.astimezone(timezone.utc) - datetime(1, 1, 1, tzinfo=timezone.utc)
    return since // timedelta(microseconds=1) * 10


def equal(a, b):
    (ka, va), (kb, vb) = a, b
    if ka != kb:
        return False
    if ka == "instant":
        return ticks(va) == ticks(vb)
    if ka == "array":
        return len(va) == len(vb) and all(equal(x, y) for x, y in zip(va, vb))
    return va == vb


def key(value):
    kind, content = value
    return {"string": lambda: content.encode(), "instant": lambda: ticks(content), "null": lambda: 0}.get(kind, lambda: content)()


def ordered(op, a, b):
    if a[0] != b[0] or a[0] == "array":
        return False
    x, y = key(a), key(b)
    return {"lt": x < y, "lte": x <= y, "gt": x > y, "gte": x >= y}[op]


def holds(node, row):
    op, body = node
    if op == "and":
        return all(holds(child, row) for child in body)
    if op == "or":
        return any(holds(child, row) for child in body)
    if op == "not":
        return not holds(body, row)
    if body["field"] not in row:
        return False
    there = row[body["field"]]
    if op in ("starts_with", "ends_with", "contains_text"):
        if there[0] != "string":
            return False
        whole, part = there[1].encode(), body["text"].encode()
        return {"starts_with": whole.startswith(part), "ends_with": whole.endswith(part), "contains_text": part in whole}[op]
    if op in ("contains", "contains_any"):
        wanted = [body["value"]] if op == "contains" else body["values"]
        return there[0] == "array" and any(equal(element, value) for element in there[1] for value in wanted)
    if op == "in":
        return any(equal(there, value) for value in body["values"])
    if op in ("eq", "neq"):
        return equal(there, body["value"]) == (op == "eq")
    return ordered(op, there, body["value"])


def value_json(value):
    kind, content = value
    if kind == "array":
        return {"array": [value_json(element) for element in content]}
    if kind == "float" and content != content:
        return {"float": "NaN"}
    return {kind: content}


def filter_json(node):
    op, body = node
    if op in ("and", "or"):
        return {op: [filter_json(child) for child in body]}
    if op == "not":
        return {op: filter_json(body)}
    shown = dict(body)
    if "value" in shown:
        shown["value"] = value_json(shown["value"])
    if "values" in shown:
        shown["values"] = [value_json(value) for value in shown["values"]]
    return {op: shown}


SCALARS = {
    "string": ["", "a", "b", "ab", "A", "The end", "\ue000", "\U0001f600", "\U0001f600a", "e\u0301"],
    "int": [0, 1, -1, 2**63 - 1, -(2**63)],
    "float": [0.0, -0.0, 1.0, NAN],
    "bool": [True, False],
    "instant": ["2024-05-01T12:00:00Z", "2024-05-01T14:00:00+02:00", "2024-05-01T12:00:00.000001Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"],
}
TEXTS = ["", "a", "b", "The", "end", "e", "\U0001f600", "\ue000"]
FIELDS = ["f", "g", "tags"]


def scalar(rng):
    kind = rng.choice([*SCALARS, "null"])
    return (kind, None if kind == "null" else rng.choice(SCALARS[kind]))


def array(rng):
    kind = rng.choice(list(SCALARS))
    return ("array", [("null", None) if rng.random() < 0.2 else (kind, rng.choice(SCALARS[kind])) for _ in range(rng.randrange(4))])


def value(rng):
    return array(rng) if rng.random() < 0.4 else scalar(rng)


def tree(rng, depth):
    field = rng.choice(FIELDS)
    if depth == 0 or rng.random() < 0.4:
        op = rng.choice(["eq", "neq", "lt", "lte", "gt", "gte", "in", "contains", "contains", "contains_any", "starts_with", "ends_with", "contains_text"])
        if op in ("starts_with", "ends_with", "contains_text"):
            return (op, {"field": field, "text": rng.choice(TEXTS)})
        if op in ("in", "contains_any"):
            return (op, {"field": field, "values": [value(rng) for _ in range(rng.randrange(4))]})
        return (op, {"field": field, "value": value(rng)})
    if rng.random() < 0.3:
        return ("not", tree(rng, depth - 1))
    return (rng.choice(["and", "or"]), [tree(rng, depth - 1) for _ in range(rng.randrange(1, 4))])


def main():
    rng = random.Random(20261125)
    for number in range(150):
        rows = []
        for i in range(rng.randrange(1, 25)):
            rows.append({field: value(rng) for field in FIELDS if rng.random() < 0.7})
        node = tree(rng, number % 4)
        for _ in range(30 if number % 5 else 0):
            # Most cases divide their rows; one in five is as it comes.
            if len({holds(node, row) for row in rows}) == 2:
                break
            node = tree(rng, number % 4)
        hits = []
        for i, row in enumerate(rows):
            if holds(node, row):
                hits.append({
                    "id": {"u64": str(i)},
                    "distance": i,
                    "distance_bits_hex": struct.pack(">f", float(i)).hex(),
                    "metadata": {field: value_json(content) for field, content in row.items()},
                })
        case = {
            "name": f"values/{number}",
            "kind": "values",
            "dim": 1,
            "metric": "Euclidean",
            "ops": [
                {"op": "insert", "id": {"u64": str(i)}, "vector": [i], "metadata": {field: value_json(content) for field, content in row.items()}}
                for i, row in enumerate(rows)
            ],
            "len": len(rows),
            "query": [0],
            "k": len(rows),
            "filter": filter_json(node),
            "compare": "bits",
            "expect": {"hits": hits},
        }
        print(json.dumps(case, separators=(",", ":")))


main()
