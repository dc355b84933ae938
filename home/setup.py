"""What a site needs before editors can work: locales, start pages, and the rights of the roles on pages and files."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.cache import cache
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from academy.enums import Role
from academy.services import role_group
from academy.setup import grant

from . import routing
from .models import FundingSettings, HomePage


def ensure_site() -> None:
    """Create what is missing; what editors have changed stays as it is."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.LANGUAGES}
    home = _ensure_home(locales["de"])
    for code, locale in locales.items():
        if not home.has_translation(locale) and code != "de":
            variant = home.copy_for_translation(locale)
            variant.title = settings.WAGTAIL_SITE_NAME
            revision = variant.save_revision()
            if code != "hu":  # Hungarian has dialogue pages only
                revision.publish()
    for page in home.get_translations(inclusive=True):
        grant_pages(Role.EDITOR, page, "add", "change", "publish")
    for role in (Role.EDITOR, Role.ACADEMY_OFFICE, Role.TRAINER):
        grant(role, "wagtailadmin.access_admin")
        grant_files(role)
    _ensure_funding()
    for role in (Role.PROGRAMME_LEAD, Role.EDITOR):
        grant(role, "home.change_fundingsettings")
    cache.delete(routing.KEY)


def _ensure_funding() -> None:
    """Begin with what the environment says; from then on the settings count."""
    if not FundingSettings.objects.exists():
        names = settings.LAND_FUNDER
        FundingSettings.objects.create(co_funder_de=names["de"], co_funder_en=names["en"])


def _ensure_home(locale: Locale) -> HomePage:
    """The German start page, at the root of the default site."""
    home = HomePage.objects.filter(locale=locale).first()
    if home is None:
        root = Page.get_first_root_node()
        home = root.add_child(instance=HomePage(title=settings.WAGTAIL_SITE_NAME, slug="start", locale=locale))
        home.save_revision().publish()
    site = Site.objects.filter(is_default_site=True).first()
    if site is None or site.root_page_id != home.pk:
        _point_site_at(home, site)
    return home


def _point_site_at(home: HomePage, site: Site | None) -> None:
    address = urlsplit(settings.BASE_URL)
    welcome = site.root_page if site else None
    site = site or Site(is_default_site=True)
    site.site_name, site.root_page = settings.WAGTAIL_SITE_NAME, home
    site.hostname, site.port = address.hostname, address.port or (443 if address.scheme == "https" else 80)
    site.save()
    if welcome is not None and welcome.specific_class is Page and not welcome.get_children().exists():
        welcome.delete()


def grant_pages(role: Role, page: Page, *actions: str) -> None:
    """Let the role "add", "change", "publish" or "lock" at this page and below."""
    for action in actions:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{action}_page")
        GroupPagePermission.objects.get_or_create(group=role_group(role), page=page, permission=permission)


def grant_files(role: Role) -> None:
    """Let the role add and choose images and documents."""
    root = Collection.get_first_root_node()
    for app_label, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for action in ("add", "choose"):
            permission = Permission.objects.get(content_type__app_label=app_label, codename=f"{action}_{model}")
            GroupCollectionPermission.objects.get_or_create(
                group=role_group(role), collection=root, permission=permission
            )
