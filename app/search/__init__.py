"""Search: our query language, an index that follows the library, ranked answers. The only place with an engine."""
