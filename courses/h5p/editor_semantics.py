"""The fields of metadata and of a file's rights, in the shape in which the official editor makes a form of them."""

from django.utils.translation import gettext as _

VERSIONS = ["4.0", "3.0", "2.5", "2.0", "1.0"]
CREATIVE_COMMONS = ["CC BY", "CC BY-SA", "CC BY-ND", "CC BY-NC", "CC BY-NC-SA", "CC BY-NC-ND"]
ROLES = ["Author", "Editor", "Licensee", "Originator"]


def metadata_fields() -> list[dict]:
    """What a content and each of its parts may say about itself."""
    return [
        {"name": "title", "type": "text", "label": _("Title"), "placeholder": "", "maxLength": 255},
        {"name": "a11yTitle", "type": "text", "label": _("Title for assistive technology"), "optional": True},
        {"name": "license", "type": "select", "label": _("Licence"), "default": "U", "options": _licences()},
        {
            "name": "licenseVersion",
            "type": "select",
            "label": _("Version of the licence"),
            "optional": True,
            "options": _options(VERSIONS),
        },
        {"name": "yearFrom", "type": "number", "label": _("Years (from)"), "min": -9999, "max": 9999, "optional": True},
        {"name": "yearTo", "type": "number", "label": _("Years (to)"), "min": -9999, "max": 9999, "optional": True},
        {"name": "source", "type": "text", "label": _("Source (address)"), "placeholder": "https://", "optional": True},
        {
            "name": "authors",
            "type": "list",
            "field": {
                "name": "author",
                "type": "group",
                "fields": [
                    {"name": "name", "type": "text", "label": _("Author"), "optional": True},
                    {
                        "name": "role",
                        "type": "select",
                        "label": _("Role"),
                        "default": ROLES[0],
                        "options": [
                            {"value": role, "label": label} for role, label in zip(ROLES, _roles(), strict=True)
                        ],
                    },
                ],
            },
        },
        {
            "name": "licenseExtras",
            "type": "text",
            "widget": "textarea",
            "label": _("More about the licence"),
            "optional": True,
        },
        {
            "name": "changes",
            "type": "list",
            "field": {
                "name": "change",
                "type": "group",
                "label": _("Change"),
                "fields": [
                    {"name": "date", "type": "text", "label": _("Date"), "optional": True},
                    {"name": "author", "type": "text", "label": _("Changed by"), "optional": True},
                    {
                        "name": "log",
                        "type": "text",
                        "widget": "textarea",
                        "label": _("What was changed"),
                        "optional": True,
                    },
                ],
            },
        },
        {
            "name": "authorComments",
            "type": "text",
            "widget": "textarea",
            "label": _("Description"),
            "optional": True,
        },
        {"name": "contentType", "type": "text", "widget": "none"},
        {"name": "defaultLanguage", "type": "text", "widget": "none"},
    ]


def copyright_fields() -> dict:
    """What is known about the rights in one picture, sound or film."""
    return {
        "name": "copyright",
        "type": "group",
        "label": _("Rights"),
        "fields": [
            {"name": "title", "type": "text", "label": _("Title"), "optional": True},
            {"name": "author", "type": "text", "label": _("Author"), "optional": True},
            {"name": "year", "type": "text", "label": _("Year"), "optional": True},
            {"name": "source", "type": "text", "label": _("Source (address)"), "optional": True},
            {"name": "license", "type": "select", "label": _("Licence"), "default": "U", "options": _licences()},
            {
                "name": "version",
                "type": "select",
                "label": _("Version of the licence"),
                "optional": True,
                "options": _options(VERSIONS),
            },
        ],
    }


def _licences() -> list[dict]:
    return [
        {"value": "U", "label": _("not stated")},
        *({"value": code, "label": code, "versions": _options(VERSIONS)} for code in CREATIVE_COMMONS),
        {"value": "CC0 1.0", "label": "CC0 1.0"},
        {"value": "GNU GPL", "label": "GNU GPL", "versions": _options(["v3", "v2", "v1"])},
        {"value": "PD", "label": _("public domain")},
        {"value": "C", "label": _("all rights reserved")},
    ]


def _options(values: list[str]) -> list[dict]:
    return [{"value": value, "label": value} for value in values]


def _roles() -> list[str]:
    return [_("Author"), _("Editor (role)"), _("Holder of a licence"), _("Originator")]
