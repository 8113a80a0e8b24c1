"""Blocks put in a second time."""

from __future__ import annotations

from flowstone.model.block import Block
from flowstone.model.condition import read_condition
from flowstone.model.ids import BlockId
from flowstone.model.pasting import free_name, pasted
from flowstone.model.rules import MapOver

LOAD = Block(BlockId("load"), "loaders/load.py")
CLEAN = Block(
    BlockId("clean"),
    "clean.py",
    (BlockId("load"), BlockId("raw")),
    when=read_condition("load.rows > 0"),
    mapped=MapOver("raw"),
)


def test_pasted_blocks_read_each_other_under_their_new_names() -> None:
    """A copied branch must be a branch again, and not read the original."""
    found = pasted([LOAD, CLEAN], taken=[BlockId("load"), BlockId("clean"), BlockId("raw")], keep_inputs=True)

    clean = found[BlockId("clean")]
    assert (clean.id, clean.upstream, clean.when and clean.when.text) == (
        "clean_2",
        ("load_2", "raw"),
        "load_2.rows > 0",
    )
    assert clean.mapped == MapOver("raw")


def test_what_is_not_there_is_not_asked_about() -> None:
    """A block pasted elsewhere must be one that can be read."""
    clean = pasted([CLEAN], taken=[], keep_inputs=False)[BlockId("clean")]

    assert (clean.id, clean.upstream, clean.when, clean.mapped) == ("clean", (), None, None)


def test_a_taken_name_gets_the_next_number() -> None:
    """Copies of copies are not called clean_2_2."""
    assert free_name(BlockId("clean_2"), ["clean", "clean_2"]) == "clean_3"
    assert len(free_name(BlockId("b" * 63), ["b" * 63])) <= 63
