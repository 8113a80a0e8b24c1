"""Figures and pages: the MIME bundle by which notebooks show an object, bounded. Their packages are the block's own."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flowstone.engine.worker.described import text_of_object
from flowstone.model.output import MAX_BUNDLE_BYTES

REPRESENTATIONS = {
    "_repr_html_": "text/html",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_markdown_": "text/markdown",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
}
"""The methods by which an object says how it is shown. Source: IPython's display protocol."""
BEST_FIRST = (
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/markdown",
    "text/latex",
    "application/json",
    "text/plain",
)
WEB_SCRIPT = re.compile(r"""<script[^>]*\ssrc=["']https?://""", re.IGNORECASE)


@dataclass(slots=True)
class Bundle:
    """Content by its type, binary in base64, and what was left out of it."""

    content: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def types(self) -> tuple[str, ...]:
        """The content types, the best one to show first."""
        known = [kind for kind in BEST_FIRST if kind in self.content]
        if self._needs_the_web():
            known.sort(key=lambda kind: kind == "text/html")  # a page that cannot load its scripts is empty
        return (*known, *sorted(set(self.content) - set(known)))

    def _needs_the_web(self) -> bool:
        return WEB_SCRIPT.search(str(self.content.get("text/html", ""))) is not None

    def bounded(self) -> Bundle:
        """Return the bundle with as many of its parts, the best first, as may be shown."""
        kept = Bundle(warnings=list(self.warnings))
        size_bytes = 0
        for kind in self.types:
            part_bytes = len(json.dumps(self.content[kind], ensure_ascii=False).encode("utf-8", "replace"))
            if size_bytes + part_bytes > MAX_BUNDLE_BYTES:
                kept.warnings.append(f"Its {kind} has {part_bytes / (1 << 20):,.1f} MiB, and was left out")
            else:
                kept.content[kind] = self.content[kind]
                size_bytes += part_bytes
        if self._needs_the_web() and "text/html" in kept.content:
            kept.warnings.append("Its page loads scripts from the web, which is not done here" + _remedy(self.content))
        return kept


def _remedy(content: Mapping[str, Any]) -> str:
    is_vega = any("vegalite" in kind for kind in content)
    return ": install vl-convert-python, so that it needs none" if is_vega else ""


def bundle_of(value: object) -> Bundle | None:
    """Return how an object wants to be shown; None for one that does not say.

    Raises: whatever the object's own methods raise.
    """
    found = _own_way(value) or _by_protocol(value)
    if not any(found.values()):
        return None
    content = {kind: _as_json(part) for kind, part in found.items() if part is not None}
    content.setdefault("text/plain", text_of_object(value))
    return Bundle(content).bounded()


def _own_way(value: Any) -> dict[str, Any]:
    package = type(value).__module__.partition(".")[0]
    return OWN_WAYS.get(package, _none)(value)


def _none(_: Any) -> dict[str, Any]:
    return {}


def _matplotlib(value: Any) -> dict[str, Any]:
    """Draw a figure, or that of axes or of one of seaborn's grids."""
    figure: Any = value if hasattr(value, "savefig") else getattr(value, "figure", None)
    if not hasattr(figure, "savefig"):
        return {}
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", bbox_inches="tight")
    return {"image/png": drawn.getvalue()}


def _plotly(value: Any) -> dict[str, Any]:
    """Give a page that has its scripts in it: the frame it is shown in loads nothing."""
    if not hasattr(value, "to_html"):
        return {}
    return {
        "text/html": value.to_html(include_plotlyjs=True, full_html=True, div_id="figure"),
        "application/vnd.plotly.v1+json": json.loads(value.to_json()),
    }


def _altair(value: Any) -> dict[str, Any]:
    if not hasattr(value, "to_dict") or not hasattr(value, "to_html"):
        return {}
    spec = value.to_dict()
    major = re.search(r"/vega-lite/v(\d+)", spec.get("$schema", ""))
    kind = f"application/vnd.vegalite.v{major.group(1) if major else 5}+json"
    try:
        return {"text/html": value.to_html(inline=True), kind: spec}
    except ImportError:
        return {"text/html": value.to_html(), kind: spec}


OWN_WAYS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "matplotlib": _matplotlib,
    "seaborn": _matplotlib,
    "plotly": _plotly,
    "altair": _altair,
}
"""Packages whose objects say less by the protocol than by methods of their own."""


def _by_protocol(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    together = getattr(value, "_repr_mimebundle_", None)
    if callable(together):
        said = together(include=None, exclude=None)
        content = said[0] if isinstance(said, tuple) else said
        if isinstance(content, Mapping):
            found |= content
    for name, kind in REPRESENTATIONS.items():
        method = getattr(value, name, None)
        if kind not in found and callable(method):
            said = method()
            found[kind] = said[0] if isinstance(said, tuple) else said
    return {kind: part for kind, part in found.items() if part is not None}


def _as_json(part: Any) -> Any:
    if isinstance(part, bytes | bytearray | memoryview):
        return base64.b64encode(part).decode()
    if isinstance(part, str):
        return part.encode("utf-8", "replace").decode()
    return json.loads(json.dumps(part, default=str))
