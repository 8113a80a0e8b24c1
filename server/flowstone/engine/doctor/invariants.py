"""All that must hold of a project: add an invariant here, and every kill test looks for it."""

from __future__ import annotations

from flowstone.engine.doctor import file_checks, ledger_checks, output_checks
from flowstone.engine.doctor.findings import Invariant

INVARIANTS = (
    Invariant("ledger", "The ledger's file is whole.", ledger_checks.can_be_read),
    Invariant("ledger version", "The ledger has a form that this Flowstone knows.", ledger_checks.has_known_version),
    Invariant("runs", "What the ledger says of a run fits together.", ledger_checks.runs_are_consistent),
    Invariant("ticks", "A tick of a schedule made one run or one skip.", ledger_checks.ticks_are_single),
    Invariant("owners", "A run that goes on has a process that drives it.", ledger_checks.runs_are_owned),
    Invariant("snapshots", "A run that goes on has the code it began with.", ledger_checks.snapshots_are_there),
    Invariant("outputs", "What a done block gave is stored.", output_checks.outputs_are_there),
    Invariant("contents", "A stored output is what its name says.", output_checks.outputs_have_their_content),
    Invariant("half stored", "Nothing is stored by half.", output_checks.no_output_is_half_stored),
    Invariant("drafts", "No file is left half written.", file_checks.drafts_are_alive),
    Invariant("logs", "Logs are in order.", file_checks.logs_are_ordered),
    Invariant("holder", "Who holds the project is alive.", file_checks.holder_is_alive),
    Invariant("secrets", "Files with keys are their owner's alone.", file_checks.secrets_are_private),
    Invariant("files", "The project's files can be read.", file_checks.files_can_be_read),
)
