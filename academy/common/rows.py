"""Staff lists of which a person may see some rows only, and lists that leave the site as a file.

Wagtail asks the policy of a model for rows in few of its views: index, edit, delete, history, usage and export look at
the permission for the whole model only. `RowViewSet` closes them all: a row that is not the person's does not exist.
"""

import csv
import datetime
from collections.abc import Iterable, Sequence

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import policy_registry

ROW_ACTIONS = ("view", "change", "delete")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class RowPolicy(BasePermissionPolicy):
    """Subclasses say with `can` who may do an action at all, with `rows` to which rows, with `roles` who comes near."""

    roles: tuple[str, ...] = ()

    def can(self, user, action: str) -> bool:
        raise NotImplementedError

    def rows(self, user, action: str) -> QuerySet:
        raise NotImplementedError

    def user_has_permission(self, user, action):
        return user.is_authenticated and user.is_active and self.can(user, action)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action) and self.rows(user, action).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user, actions):
        wanted = Q(pk__in=[])
        for action in actions:
            if self.user_has_permission(user, action):
                wanted |= Q(pk__in=self.rows(user, action).values("pk"))
        return self.model._default_manager.filter(wanted)

    def users_with_any_permission(self, actions):
        people = get_user_model().objects.filter(is_active=True)
        return people.filter(Q(is_superuser=True) | Q(groups__name__in=self.roles)).distinct()


class RowView:
    """Prepended to each view of a `RowViewSet`."""

    @cached_property
    def row_policy(self) -> RowPolicy:
        return policy_registry.get_by_type(self.model)

    def get_base_queryset(self):
        queryset = super().get_base_queryset()
        if queryset.model is not self.model:  # the history lists log entries
            return queryset
        mine = self.row_policy.instances_user_has_any_permission_for(self.request.user, ROW_ACTIONS)
        return queryset.filter(pk__in=mine.values("pk"))

    def get_object(self, *args, **kwargs):
        found, user = super().get_object(*args, **kwargs), self.request.user
        if not self.row_policy.user_has_any_permission_for_instance(user, ROW_ACTIONS, found):
            raise Http404
        needed = getattr(self, "permission_required", None)
        if needed and not self.row_policy.user_has_permission_for_instance(user, needed, found):
            raise PermissionDenied
        return found

    @cached_property
    def changeable(self) -> set:
        return set(self._keys("change"))

    @cached_property
    def deletable(self) -> set:
        return set(self._keys("delete"))

    def _keys(self, action: str):
        return self.row_policy.instances_user_has_permission_for(self.request.user, action).values_list("pk", flat=True)


class RowIndexView(IndexView):
    """A list whose rows offer only what the person may do with each of them, and whose files are safe to open."""

    def get_edit_url(self, instance):
        return super().get_edit_url(instance) if instance.pk in self.changeable else None

    def get_delete_url(self, instance):
        return super().get_delete_url(instance) if instance.pk in self.deletable else None

    def search_queryset(self, queryset):
        found = super().search_queryset(queryset)  # a search over related rows finds a row several times
        return queryset.filter(pk__in=found.order_by().values("pk")) if self.is_searching else found

    def preprocess_field_value(self, field, value, export_format):
        if isinstance(value, datetime.datetime) and timezone.is_aware(value):
            value = timezone.make_naive(value)  # people read the time of the place, and spreadsheets know no zones
            return value if export_format == self.FORMAT_XLSX else f"{value:%Y-%m-%d %H:%M}"
        shown = super().preprocess_field_value(field, value, export_format)
        return harmless(shown) if export_format == self.FORMAT_CSV and isinstance(shown, str) else shown


class RowViewSet(ModelViewSet):
    """A ModelViewSet whose model has a `RowPolicy`."""

    index_view_class = RowIndexView
    copy_view_enabled = False
    search_backend_name = None

    def construct_view(self, view_class, **kwargs):
        return super().construct_view(type(view_class.__name__, (RowView, view_class), {}), **kwargs)


def csv_file(
    filename: str, head: Sequence[str], lines: Iterable[Sequence[str]], *, separator: str = ","
) -> HttpResponse:
    """A list that leaves the site as a file: in UTF-8 as spreadsheet programs tell it, every cell harmless."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    writer = csv.writer(response, delimiter=separator)
    writer.writerow(head)
    writer.writerows([harmless(str(cell)) for cell in line] for line in lines)
    return response


def harmless(text: str) -> str:
    """Text that a spreadsheet program shows and does not calculate."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def xlsx_file(filename: str, head: Sequence[str], lines: Iterable[Sequence[str]]) -> HttpResponse:
    """A list that leaves the site as a workbook; every cell is text, so that nothing is calculated."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in [head, *lines]:
        cells = [WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(cell))) for cell in line]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    response = HttpResponse(content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    book.save(response)
    return response
