"""Which messages of the catalogue each mail is made of, read from the code, so that reports need no list by hand."""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation.template import templatize

GETTEXT = {"_", "gettext", "ngettext", "pgettext"}
IN_TEMPLATE = re.compile(r"""gettext\(\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
PLACEHOLDER = re.compile(r"%\(\w+\)s")
SHARED = "writing"
ACCOUNT_MAILS = Path("academy/templates/account/email")


@dataclass(frozen=True)
class Mail:
    """One message that people get. `subject` is its msgid."""

    key: str
    subject: str
    messages: frozenset[str]

    @property
    def title(self) -> str:
        return PLACEHOLDER.sub("…", _(self.subject)) if self.subject else self.key


@lru_cache(maxsize=1)
def mails() -> tuple[Mail, ...]:
    """Every function of our apps' notifications that writes a mail, and the mails about accounts."""
    found = []
    for config in apps.get_app_configs():
        folder = Path(config.path)
        paths = [folder / "notifications.py", *sorted((folder / "notifications").glob("*.py"))]
        if folder.is_relative_to(settings.ROOT):
            found += _mails_of(config.label, [path for path in paths if path.exists()])
    return (*found, *_account_mails(settings.ROOT / ACCOUNT_MAILS))


def _mails_of(label: str, paths: list[Path]) -> list[Mail]:
    """The mails of one app. What its modules share stands in `writing.py`, which writes no mail of its own."""
    modules = {path.stem: ast.parse(path.read_text(encoding="utf-8")).body for path in paths}
    functions = {
        node.name: (stem, node) for stem, body in modules.items() for node in body if isinstance(node, ast.FunctionDef)
    }
    nodes = {name: node for name, (_stem, node) in functions.items()}
    found = []
    for name, (stem, function) in functions.items():
        messages = _messages_in(function, nodes, set())
        if stem != SHARED and not name.startswith("_") and messages:
            found.append(Mail(f"{label}.{name}", _subject_of(function), frozenset(messages)))
    return found


def _messages_in(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], seen: set[str]) -> set[str]:
    """The messages of a function and of the functions of its app's notifications that it calls."""
    seen.add(function.name)
    messages: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in GETTEXT:
                arguments = node.args[1:2] if node.func.id == "pgettext" else node.args[:1]
                messages |= {arg.value for arg in arguments if isinstance(arg, ast.Constant)}
            elif node.func.id in functions and node.func.id not in seen:
                messages |= _messages_in(functions[node.func.id], functions, seen)
    return messages


def _subject_of(function: ast.FunctionDef) -> str:
    """The message behind `subject=`; empty where it is not one."""
    for node in ast.walk(function):
        if isinstance(node, ast.keyword) and node.arg == "subject":
            texts = (inner for inner in ast.walk(node.value) if isinstance(inner, ast.Constant))
            return next((text.value for text in texts if isinstance(text.value, str)), "")
    return ""


def _account_mails(folder: Path) -> list[Mail]:
    found = []
    for path in sorted(folder.glob("*_message.txt")):
        key = path.name.removesuffix("_message.txt")
        subject_file = path.with_name(f"{key}_subject.txt")
        subject = _messages_of_template(subject_file) if subject_file.exists() else []
        messages = {*subject, *_messages_of_template(path)}
        if messages:
            found.append(Mail(f"account.{key}", subject[0] if subject else "", frozenset(messages)))
    return found


def _messages_of_template(path: Path) -> list[str]:
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return [ast.literal_eval(match) for match in IN_TEMPLATE.findall(source)]
