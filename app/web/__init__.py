"""What the doors share: templates, errors as pages or problem+json, headers, conditional answers, the page cache.

NOT here: any domain.
"""
