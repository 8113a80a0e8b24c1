"""What was found in a text, as it travels."""

from __future__ import annotations

from flowstone.engine.language.findings import Finding, Fix
from flowstone.web.wire.language import FindingView, FixView, TextEditView


def finding_view(finding: Finding) -> FindingView:
    """Return a finding with its fix, if it has one."""
    return FindingView(
        start=finding.start,
        end=finding.end,
        code=finding.code,
        message=finding.message,
        severity=finding.severity,
        url=finding.url,
        fix=None if finding.fix is None else _fix_view(finding.fix),
    )


def _fix_view(fix: Fix) -> FixView:
    edits = [TextEditView(start=edit.start, end=edit.end, text=edit.text) for edit in fix.edits]
    return FixView(title=fix.title, edits=edits, is_safe=fix.is_safe)
