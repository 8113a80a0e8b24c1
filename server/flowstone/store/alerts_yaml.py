"""The part of a project's or a pipeline's YAML that says who is told of failures."""

from __future__ import annotations

import re

from flowstone.errors.source import WrongValue
from flowstone.model.alerts import EVERY_KIND, AlertKind, Alerts, AlertUrl
from flowstone.store.literal_secrets import PLACEHOLDER
from flowstone.store.yaml_nodes import Node, Scalar
from flowstone.store.yaml_values import BOOLEANS, Reading, did_you_mean

ALERTS_KEYS = ("urls", "on")
MAX_URLS = 20
HERE = re.compile(r"[a-z]+://(localhost|127\.0\.0\.1)([:/]|$)")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
WHOLE_PLACEHOLDER = re.compile(r"\$\{env:[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}")


def read_alerts(reading: Reading, node: Node) -> Alerts | None:
    """Read an `alerts:`, noting what is wrong in it; `alerts: false` is nobody."""
    if isinstance(node, Scalar) and node.is_plain and BOOLEANS.get(node.text) is False:
        return Alerts()
    found = reading.mapping(node, "alerts", ALERTS_KEYS)
    if found is None:
        return None
    urls, on = found.get("urls"), found.get("on")
    if urls is None:
        reading.wrong(WrongValue, "alerts names no urls", node, hint="Write `alerts: {urls: ['${env:ALERT_URL}']}`.")
        return None
    return Alerts(_urls(reading, urls.value), EVERY_KIND if on is None else _kinds(reading, on.value))


def _urls(reading: Reading, node: Node) -> tuple[AlertUrl, ...]:
    items = reading.sequence(node, "urls")
    if len(items) > MAX_URLS:
        reading.wrong(WrongValue, f"there are at most {MAX_URLS} urls", node)
    found = [(item, reading.text(item, "an entry of urls")) for item in items[:MAX_URLS]]
    return tuple(AlertUrl(text, reading.place(item)) for item, text in found if text and _is_url(reading, item, text))


def _is_url(reading: Reading, node: Node, text: str) -> bool:
    rest = WHOLE_PLACEHOLDER.sub("", text)
    if "${" in rest:
        reading.wrong(WrongValue, "a placeholder here is not complete", node, hint="Write ${env:NAME}.")
        return False
    if SCHEME.match(text) is None and not text.startswith(PLACEHOLDER):
        hint = "See https://appriseit.com for the services there are, or write ${env:NAME}."
        reading.wrong(
            WrongValue, "an alert's url begins with a service, such as mailtos:// or slack://", node, hint=hint
        )
        return False
    if PLACEHOLDER not in text and HERE.match(text) is None:
        reading.warn(
            "literal_secret",
            "an alert's url often holds a key, and this file is shared",
            node,
            hint="Write ${env:NAME} and set that variable where Flowstone runs.",
        )
    return True


def _kinds(reading: Reading, node: Node) -> tuple[AlertKind, ...]:
    known = [str(kind) for kind in AlertKind]
    kinds: dict[AlertKind, None] = {}
    for item in reading.sequence(node, "on"):
        text = reading.text(item, "an entry of on")
        if text in known:
            kinds[AlertKind(text)] = None
        elif text:
            reading.wrong(WrongValue, f"there is no alert on {text[:60]!r}", item, hint=did_you_mean(text, known))
    return tuple(kinds)
