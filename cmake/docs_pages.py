#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the parts of /docs out of the contracts, at build time:

    docs_pages.py OPENAPI ASYNCAPI RUNBOOK FOLDER

One HTML part a page, without script and style, for server/pages/docs_page.cpp to put into the layout, and
try.json, which server/pages/try_operations.cpp makes forms of. Links to those forms stand between marks: the
server leaves them out unless it runs as a demo.
The pages are PAGES below; a tag that has no page is an error, so that nothing stays undocumented.
"""
import html
import json
import pathlib
import re
import sys

from docs_samples import body_text, sample

PAGES = ("index", "referrals", "offers", "hubs", "policy", "feed", "webhooks", "operations", "schemas", "runbook")


def text(value):
    """Escaped, with `code` and **strong** as in the sources."""
    out = html.escape(value, quote=True)
    out = re.sub(r"`([^`]+)`", r"<code>\1</code>", out)
    out = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", out)
    return out


def link(reference):
    name = reference.rsplit("/", 1)[1]
    return f'<a href="/docs/schemas#{name}">{name}</a>'


def kind(schema):
    """What a value is, in few words."""
    if "$ref" in schema:
        return link(schema["$ref"])
    if "enum" in schema:
        return "one of " + ", ".join(f"<code>{html.escape(str(v))}</code>" for v in schema["enum"])
    if "const" in schema:
        return f"<code>{html.escape(str(schema['const']))}</code>"
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema:
            return (" and " if word == "allOf" else " or ").join(kind(part) for part in schema[word])
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    of = schema.get("type", "any value")
    of = " or ".join(of) if isinstance(of, list) else of
    return html.escape(of + (f", {schema['format']}" if "format" in schema else ""))


def bounds(schema):
    said = [f"{label} {schema[key]}" for key, label in (
        ("minLength", "at least"), ("maxLength", "at most"), ("minItems", "at least"), ("maxItems", "at most"),
        ("minimum", "from"), ("maximum", "to"), ("default", "without it")) if key in schema]
    return html.escape(", ".join(said))


def table(label, head, rows):
    if not rows:
        return ""
    cells = "".join(f'<th scope="col">{h}</th>' for h in head)
    lines = "".join("<tr><th scope=\"row\">" + row[0] + "</th>" + "".join(f"<td>{c}</td>" for c in row[1:]) + "</tr>"
                    for row in rows)
    return (f'<div class="hw-scroll" tabindex="0" role="group" aria-label="{html.escape(label, quote=True)}">'
            f'<table class="nhsuk-table hw-dense"><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>')


def parameters(document, operation, name):
    rows = []
    for one in operation.get("parameters", []):
        if "$ref" in one:
            one = document["components"]["parameters"][one["$ref"].rsplit("/", 1)[1]]
        rows.append((f"<code>{html.escape(one['name'])}</code>", one["in"] + (", needed" if one.get("required") else ""),
                     text(one.get("description", "")) + f" {kind(one['schema'])}"))
    return table(f"Parameters of {name}", ("Name", "Where", "What"), rows)


def answers(document, operation, name):
    rows = []
    for status, one in operation["responses"].items():
        if "$ref" in one:
            one = document["components"]["responses"][one["$ref"].rsplit("/", 1)[1]]
        body = " or ".join(f"{html.escape(media)}: {kind(part.get('schema', {}))}"
                           for media, part in one.get("content", {}).items())
        rows.append((status, text(one["description"]), body))
    return ('<details class="nhsuk-details"><summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">'
            f'Answers<span class="nhsuk-u-visually-hidden"> of {name}</span></span></summary>'
            f'{table(f"Answers of {name}", ("Status", "When", "Body"), rows)}</details>')


# What "Try it" offers. Not what streams, asks other servers, or takes all rules at once.
TRIED_TAGS = ("referrals", "offers", "hubs")
TRIED_BESIDE = ("getReport", "getPolicy", "listPolicies", "getPlacePolicy", "getReadyz")
HOLES = {"/v1/offers/": "{offer}", "/v1/referrals/": "{referral}"}


def can_be_tried(operation):
    return operation["operationId"] in TRIED_BESIDE or operation["tags"][0] in TRIED_TAGS


def try_sample(path, one):
    """What stands in the field at first; the server fills in what is in braces."""
    if one["name"] == "Idempotency-Key":
        return "{key}"
    if one["in"] != "path":
        return ""
    if one["name"] == "id":
        return next(hole for start, hole in HOLES.items() if path.startswith(start))
    return {"slug": "{hub}", "session": "1", "place": "leeds"}[one["name"]]


def try_operations(document):
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if verb == "parameters" or not can_be_tried(operation):
                continue
            fields = []
            for one in operation.get("parameters", []):
                if "$ref" in one:
                    one = document["components"]["parameters"][one["$ref"].rsplit("/", 1)[1]]
                fields.append({"name": one["name"], "in": one["in"], "about": one.get("description", ""),
                               "required": bool(one.get("required")), "sample": try_sample(path, one)})
            yield {"id": operation["operationId"], "page": operation["tags"][0], "summary": operation["summary"],
                   "body": body_text(operation["operationId"]), "fields": fields}


def try_link(operation):
    if not can_be_tried(operation):
        return ""
    name = operation["operationId"]
    return (f'<!--try--><p><a class="nhsuk-button nhsuk-button--secondary hw-small-button" href="/docs/try/{name}">Try it'
            f'<span class="nhsuk-u-visually-hidden">: {text(operation["summary"])}</span></a></p><!--/try-->')


def operation_part(document, path, verb, operation):
    name = operation["operationId"]
    body = operation.get("requestBody")
    takes = "".join(f"<p>Body: {kind(part['schema'])}, <code>{html.escape(media)}</code>"
                    f"{'' if body.get('required') else ', may be left out'}.</p>"
                    for media, part in body["content"].items()) if body else ""
    curl = sample(document, path, verb, operation)
    return (f'<section aria-labelledby="{name}"><h2 class="nhsuk-heading-m" id="{name}">{text(operation["summary"])}</h2>'
            f'<p><code>{verb.upper()} {html.escape(path)}</code></p><p>{text(operation.get("description", ""))}</p>{takes}'
            f"{parameters(document, operation, name)}{answers(document, operation, name)}"
            f'<pre class="hw-code" tabindex="0" role="region" aria-label="Sample of {name}"><code data-operation="{name}">'
            f"{html.escape(curl, quote=False)}</code></pre>{try_link(operation)}</section>")


def tag_page(document, tag):
    parts = [operation_part(document, path, verb, operation)
             for path, verbs in document["paths"].items() for verb, operation in verbs.items()
             if verb != "parameters" and tag["name"] in operation["tags"]]
    return f'<h1 class="nhsuk-heading-l">{tag["name"].capitalize()}</h1><p>{text(tag["description"])}</p>{"".join(parts)}'


def schema_parts(schemas, prefix=""):
    for name, schema in sorted(schemas.items()):
        needed = schema.get("required", [])
        rows = [(f"<code>{html.escape(key)}</code>", kind(value), "yes" if key in needed else "",
                 f"{text(value.get('description', ''))} {bounds(value)}")
                for key, value in schema.get("properties", {}).items()]
        yield (f'<section aria-labelledby="{prefix}{name}"><h2 class="nhsuk-heading-s" id="{prefix}{name}">{name}</h2>'
               f"<p>{text(schema.get('description', ''))} {kind(schema) if not rows else ''} {bounds(schema)}</p>"
               f"{table(name, ('Field', 'Kind', 'Needed', 'What'), rows)}</section>")


def feed_page(document, asyncapi, tag):
    # Here a $ref leads to a frame further down on the same page.
    channels = "".join(
        f'<section aria-labelledby="channel-{key}"><h2 class="nhsuk-heading-m" id="channel-{key}">{text(one["title"])}</h2>'
        f"<p><code>{html.escape(one['address'])}</code></p><p>{text(one.get('description', ''))}</p></section>"
        for key, one in asyncapi["channels"].items())
    frames = "".join(schema_parts(asyncapi["components"]["schemas"], "feed-"))
    frames = frames.replace('href="/docs/schemas#', 'href="/docs/feed#feed-')
    return tag_page(document, tag) + f"<p>{text(asyncapi['info']['description'])}</p>{channels}{frames}"


def runbook_page(markdown):
    """The little of Markdown that docs/RUNBOOK.md uses: headings, paragraphs, code blocks."""
    out, paragraph, code = [], [], None

    def close():
        if paragraph:
            said = text(" ".join(paragraph))
            out.append("<p>" + re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", said) + "</p>")
            paragraph.clear()

    for line in markdown.splitlines():
        if code is not None:
            if line.startswith("```"):
                out.append(f'<pre class="hw-code" tabindex="0"><code>{html.escape(chr(10).join(code), quote=False)}</code></pre>')
                code = None
            else:
                code.append(line)
        elif line.startswith("```"):
            close()
            code = []
        elif line.startswith("#"):
            close()
            level, title = line.split(" ", 1)
            size = "l" if level == "#" else "m"
            place = "" if level == "#" else f' id="{html.escape(title)}"'
            out.append(f'<h{len(level)} class="nhsuk-heading-{size}"{place}>{text(title)}</h{len(level)}>')
        elif line.strip():
            paragraph.append(line.strip())
        else:
            close()
    close()
    return "".join(out)


def index_page(document):
    lines = "".join(f'<li><a href="/docs/{tag["name"]}">{tag["name"].capitalize()}</a>: {text(tag["description"])}</li>'
                    for tag in document["tags"])
    return (f'<h1 class="nhsuk-heading-l">The API of this server</h1><p class="nhsuk-lede-text">{text(document["info"]["summary"])}</p>'
            f'<p>{text(document["info"]["description"])}</p><ul class="nhsuk-list nhsuk-list--bullet">{lines}'
            '<li><a href="/docs/schemas">Schemas</a>: every body, field by field.</li>'
            '<li><a href="/problems">Problems</a>: what each kind of trouble means and what to do.</li>'
            '<li><a href="/docs/runbook">Runbook</a>: what to do when an alert comes.</li></ul>'
            '<p>For programs: <a href="/openapi.json">/openapi.json</a>, <a href="/asyncapi.json">/asyncapi.json</a>.</p>'
            "<h2 class=\"nhsuk-heading-m\">To run the samples</h2><p>Each operation has a sample for a shell. Name the server "
            "and a token of the right role first; ids come from the answers before.</p>"
            '<pre class="hw-code" tabindex="0" role="region" aria-label="Before the samples"><code>HUBWARD=http://127.0.0.1:8080\n'
            "TOKEN=…        # hubward token mint --role practice --subject A12345\nHUB=…          # slug of a hub\n"
            "REFERRAL=…     # id of a referral\nOFFER=…        # id of an offer\n"
            "WEBHOOK=…      # id of a webhook</code></pre>")


def main():
    openapi, asyncapi, runbook, folder = sys.argv[1:5]
    document = json.loads(pathlib.Path(openapi).read_text(encoding="utf-8"))
    pages = {"index": index_page(document), "runbook": runbook_page(pathlib.Path(runbook).read_text(encoding="utf-8")),
             "schemas": '<h1 class="nhsuk-heading-l">Schemas</h1>' + "".join(schema_parts(document["components"]["schemas"]))}
    for tag in document["tags"]:
        if tag["name"] not in PAGES:
            raise SystemExit(f"docs/openapi.json: the tag {tag['name']} has no page; name it in cmake/docs_pages.py "
                             "and server/pages/docs_page.cpp")
        pages[tag["name"]] = feed_page(document, json.loads(pathlib.Path(asyncapi).read_text(encoding="utf-8")), tag) \
            if tag["name"] == "feed" else tag_page(document, tag)
    out = pathlib.Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    (out / "try.json").write_text(json.dumps(list(try_operations(document)), separators=(",", ":")), encoding="utf-8")
    for name in PAGES:
        (out / f"{name}.html").write_text(pages[name], encoding="utf-8")


if __name__ == "__main__":
    main()
