"""Filters of a list that stand in its address."""

from typing import Protocol
from urllib.parse import urlencode


class FilterForm(Protocol):
    """`accepted` holds the values of the address that mean something; `labels` says them in words."""

    accepted: dict[str, str]

    def labels(self) -> dict[str, str]: ...


def chosen_filters(form: FilterForm, path: str) -> list[dict[str, str]]:
    """Each chosen filter with the address of the list without it, for `components/filter_panel.html`."""
    chosen = []
    for name, label in form.labels().items():
        rest = urlencode({key: value for key, value in form.accepted.items() if key != name})
        chosen.append({"label": label, "remove_url": f"{path}?{rest}" if rest else path})
    return chosen
