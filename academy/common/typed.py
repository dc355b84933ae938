"""Text as people type it into forms."""


def plain_lines(text: str) -> str:
    """The text without space around it, its lines ended in one way: browsers send two characters for each."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
