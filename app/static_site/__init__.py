"""The public site as static files: the live pages, asked one by one and written down with relative links.

`addresses.py` says which page becomes which file, `rewriting.py` turns links in HTML, `building.py` does it.
NOT here: what a page shows. It is asked of the application itself, so both are the same.
"""
