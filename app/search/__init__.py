"""Search: our query language, the index that follows the library, ranked answers. The only place that knows an engine."""
