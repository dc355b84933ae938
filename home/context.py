"""What every template may use of the public site."""

from django.utils.functional import SimpleLazyObject

from . import selectors


def menus(request) -> dict:
    return {
        "main_menu": SimpleLazyObject(lambda: selectors.menus()["main"]),
        "footer_menu": SimpleLazyObject(lambda: selectors.menus()["footer"]),
    }
