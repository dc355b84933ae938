"""Headers of static files."""


def add_headers(headers, path: str, url: str) -> None:
    """The H5P player runs in a frame of opaque origin: it may load our static files (H5P.md 9)."""
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["X-Content-Type-Options"] = "nosniff"
