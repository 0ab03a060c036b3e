"""Formats that carry the library in and out of Cairn. Knows no door and no page.

The only owner of the BibTeX and YAML vendors. NOT here: rules about content, which are the domains' services.
"""
