"""Taxonomy: the shelves: categories, tags, series."""
