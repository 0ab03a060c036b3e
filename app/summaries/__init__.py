"""Summaries: the heart: what curators wrote, and how it connects."""
