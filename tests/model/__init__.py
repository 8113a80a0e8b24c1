"""Tests of the model: pure values and the rules over them."""
