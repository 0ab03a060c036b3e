"""Cairn: a self-hosted, curated knowledge base of paper summaries."""
