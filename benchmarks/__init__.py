"""Scores and ratios against named alternatives, each in one run; nothing here asserts a time."""
