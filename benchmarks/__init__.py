"""Benchmarks: what the project promises of its speed, each beside a reference of the same run."""
