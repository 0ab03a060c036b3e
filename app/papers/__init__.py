"""Papers: bibliographic records and authors: facts only."""
