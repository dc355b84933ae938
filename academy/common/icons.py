"""Our icons by name. The drawings stand in `static/academy/img/icons.svg`; the tag `icon` puts them inline: so they
take the colour of the text, print, and need no further request.
"""

import re
from pathlib import Path

DRAWINGS = Path(__file__).resolve().parents[1] / "static" / "academy" / "img" / "icons.svg"
ICONS: dict[str, str] = dict(
    re.findall(r'<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>', DRAWINGS.read_text(encoding="utf-8"))
)
