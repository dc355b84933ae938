"""Benchmarks: `./run bench NAME`. Each starts servers of its own on databases of its own, and leaves nothing behind."""


class BenchRefused(Exception):
    """The benchmark cannot run here. The message is written for who started it."""
