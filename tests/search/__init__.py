"""Tests of `app/search/`."""
