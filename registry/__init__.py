"""The control store: what was expected, received, extracted, found, decided and published."""
