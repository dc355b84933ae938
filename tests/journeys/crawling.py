"""Following links without a browser: what a page leads to, what it loads, and what its policy would refuse."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client

HOST = "testserver"
LOADS = {
    "img": "src",
    "script": "src",
    "iframe": "src",
    "video": "src",
    "audio": "src",
    "source": "src",
    "track": "src",
}
LINKS_THAT_LOAD = {"stylesheet", "icon", "preload", "manifest"}
DATA_BLOCKS = {"application/ld+json", "application/json"}  # no script: no policy refuses them
PER_ADDRESS = 3  # so many queries of one address: filters and pages of lists have no end


@dataclass
class Found(HTMLParser):
    """What stands in one page."""

    html: str
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    ids: Counter = field(default_factory=Counter)
    headings: int = 0
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.feed(self.html)
        self.wrong += [f"the id {name} stands there {times} times" for name, times in self.ids.items() if times > 1]
        if self.headings != 1:
            self.wrong.append(f"{self.headings} headings of the first level")

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        self.headings += tag == "h1"
        if given.get("id"):
            self.ids[given["id"]] += 1
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append(given.get("action") or "")
        self._look_for_inline(tag, given)
        self._look_for_loads(tag, given)

    def _look_for_inline(self, tag: str, given: dict) -> None:
        if tag == "style" or "style" in given:
            self.wrong.append(f"<{tag}> has a style of its own")
        if tag == "script" and not given.get("src") and given.get("type") not in DATA_BLOCKS:
            self.wrong.append("a script stands in the page")
        self.wrong += [f"<{tag}> has {name}" for name in given if name.startswith("on")]
        if tag == "img" and "alt" not in given:
            self.wrong.append(f"no alternative text: {given.get('src')}")

    def _look_for_loads(self, tag: str, given: dict) -> None:
        if given.get(LOADS.get(tag, "")):
            self.loads.append(given[LOADS[tag]])
        if given.get("poster"):
            self.loads.append(given["poster"])
        if given.get("srcset"):
            self.loads += [part.split()[0] for part in given["srcset"].split(",")]
        if tag == "link" and LINKS_THAT_LOAD & set((given.get("rel") or "").split()):
            self.loads.append(given["href"])


class Crawl:
    """One person's way through the site, link by link, until nothing new is found or the bound is reached."""

    def __init__(self, client: Client, *, skip: set[str] = frozenset(), closed: tuple[str, ...] = ("/cms/", "/h5p/")):
        self.client = client
        self.skip = skip  # pages that somebody else has seen
        self.closed = closed  # asked for, not followed any further
        self.seen: dict[str, int] = {}
        self.queries: Counter = Counter()
        self.anchors: set[tuple[str, str, str]] = set()
        self.ids: dict[str, set[str]] = {}
        self.wrong: list[str] = []

    def walk(self, *starts: str, bound: int) -> "Crawl":
        waiting = [(start, "the start") for start in starts]
        while waiting and len(self.seen) < bound:
            path, origin = waiting.pop(0)
            if path not in self.seen and path not in self.skip:
                waiting += [(link, path) for link in self._visit(path, origin)]
        for origin, path, anchor in sorted(self.anchors):
            if path in self.ids and anchor not in self.ids[path]:
                self.wrong.append(f"{origin}: nothing is called #{anchor} in {path}")
        return self

    def _visit(self, path: str, origin: str) -> list[str]:
        response = self.client.get(path)
        self.seen[path] = response.status_code
        if response.status_code in (301, 302):
            return self._follow(path, [response["Location"]])
        if response.status_code != 200:
            self.wrong.append(f"{path} answers {response.status_code}; linked in {origin}")
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            response.close()
            return []
        if path.startswith(self.closed):
            return []
        page = Found(response.content.decode())
        self.ids[path] = set(page.ids)
        self.wrong += [f"{path}: {wrong}" for wrong in page.wrong]
        return self._follow(path, page.links) + self._loaded(path, page)

    def _follow(self, path: str, links: list[str]) -> list[str]:
        found = []
        for link in links:
            parts = urlsplit(urljoin(f"http://{HOST}{path}", link))
            if parts.scheme not in ("http", "https"):
                if parts.scheme not in ("mailto", "tel"):
                    self.wrong.append(f"{path}: leads to {link}")
                continue
            if parts.netloc != HOST:
                continue  # a link to another house is nobody's request until it is followed
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.fragment:
                self.anchors.add((path, address, parts.fragment))
            if parts.query and address not in self.seen:
                self.queries[parts.path] += 1
                if self.queries[parts.path] > PER_ADDRESS:
                    continue
            found.append(address)
        return found

    def _loaded(self, path: str, page: Found) -> list[str]:
        """What the browser would fetch by itself; every form must lead to us as well."""
        for address in [*page.loads, *page.forms]:
            if urlsplit(urljoin(f"http://{HOST}{path}", address)).netloc not in (HOST, ""):
                self.wrong.append(f"{path}: asks {address}")
        return self._follow(path, [address for address in page.loads if not address.startswith("data:")])
