# SPDX-License-Identifier: Apache-2.0
"""Messages as large and as odd as the edge lets in: each is answered, and the server goes on."""
import contextlib
import os
import pathlib
import random
import string

from fhir_sender import cancelling, issue, message, resource

PRINTABLE = [c for c in string.printable[:94] if c not in '"\\']


def hardly_compressible(size):
    """A name of 64 random characters and 8 that stay, over and over: what a fast compressor gains little on."""
    dice = random.Random(5)
    return "".join("".join(dice.choices(PRINTABLE, k=64)) + "constant" for _ in range(size // 72 + 1))[:size]


def unknown(name, texts):
    """An element that FHIR does not know, with so many short texts."""
    return lambda document: resource(document, "ServiceRequest").update({name: [f"t{i}" for i in range(texts)]})


def most_memory(hubward):
    """MB that the server has ever had."""
    status = pathlib.Path(f"/proc/{hubward.process.pid}/status").read_text()
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


@contextlib.contextmanager
def not_collected():
    """Answers give a sender's own document back, with all that FHIR does not know: none of it is for the validator."""
    folder = os.environ.pop("HUBWARD_FHIR_BODIES", None)
    try:
        yield
    finally:
        if folder is not None:
            os.environ["HUBWARD_FHIR_BODIES"] = folder


def check_large(checks, sender, hubward):
    with not_collected():
        check_each(checks, sender, hubward)


def check_each(checks, sender, hubward):
    for size, texts in ((235_000, 7), (60_000, 40), (120_000, 12_000)):
        answer = sender.post(message(unknown(hardly_compressible(size), texts)))
        checks.that(answer.status == 200, f"a name of {size} bytes before {texts} texts: {answer.status} {issue(answer)}")
    # 12,000 texts below a long name must not be said, nor remembered, with all of it.
    before = most_memory(hubward)
    short = {f"Extra{i}": f"short {i}" for i in range(40)}
    long = unknown(hardly_compressible(120_000), 12_000)
    referral = sender.refer(lambda document: resource(document, "ServiceRequest").update(short), long)
    answer = sender.post(message(cancelling(referral), long))
    checks.that(answer.status == 200, f"its cancellation: {answer.status} {issue(answer)}")
    grown = most_memory(hubward) - before
    checks.that(grown < 300, f"the memory of the server grew by {grown} MB")
    many = "".join(f"<a{i:x}/>" for i in range(25_000))
    answer = sender.post(f'<Bundle xmlns="http://hl7.org/fhir">{many}</Bundle>', Content_Type="application/fhir+xml")
    checks.that(answer.status == 400, f"25,000 names in XML: {answer.status}")
    attributes = "".join(f' a{i:x}=""' for i in range(25_000))
    answer = sender.post(f'<Bundle xmlns="http://hl7.org/fhir"{attributes}/>', Content_Type="application/fhir+xml")
    checks.that((answer.status, issue(answer)[0]) == (400, "structure"), f"25,000 attributes: {answer.status}")
    checks.that(sender.get("/metadata").status == 200, "the server goes on")
