"""Staff screens for accounts, organisations, memberships, lists and the delivery log."""

from allauth.account.models import EmailAddress
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from . import services
from .forms import MembershipEndForm, MembershipForm
from .models import Membership, Organisation, OutgoingMail, Term, Unit


class OrganisationViewSet(ModelViewSet):
    model = Organisation
    icon = "group"
    menu_label = _("Organisations")
    list_display = ["name", "kind", "is_public_body", "is_listed", "state"]
    list_filter = ["kind", "state", "is_listed"]
    search_fields = ["name"]
    search_backend_name = None
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("state")]),
        FieldRowPanel([FieldPanel("is_public_body"), FieldPanel("authority_code"), FieldPanel("is_listed")]),
        FieldPanel("note_de"),
        FieldPanel("note_en"),
    ]


class UnitViewSet(ModelViewSet):
    model = Unit
    icon = "site"
    menu_label = _("Units")
    list_display = ["name", "organisation", "field", "headcount", "state"]
    list_filter = ["field", "organisation", "state"]
    search_fields = ["name", "organisation__name"]
    search_backend_name = None
    form_fields = ["organisation", "name", "slug", "field", "headcount", "state"]


class MembershipCreateView(generic.CreateView):
    """A membership is granted by the service, so that the rights in Wagtail follow at once."""

    def save_instance(self):
        given = self.form.cleaned_data
        return services.grant_membership(**given, actor=self.request.user, at=timezone.now())


class MembershipEditView(generic.EditView):
    """Only the last day can be changed: a role is history once it was given."""

    def save_instance(self):
        ends_on = self.form.cleaned_data["ends_on"]
        return services.end_membership(
            membership=self.object, ends_on=ends_on, actor=self.request.user, at=timezone.now()
        )


class MembershipViewSet(ModelViewSet):
    model = Membership
    icon = "key"
    menu_label = _("Memberships")
    list_display = ["user", "role", "organisation", "unit", "starts_on", "ends_on"]
    list_filter = ["role", "organisation"]
    search_fields = ["user__last_name", "user__first_name", "user__email"]
    search_backend_name = None
    form_fields = ["user", "role", "organisation", "unit", "starts_on", "ends_on"]
    add_view_class = MembershipCreateView
    edit_view_class = MembershipEditView
    copy_view_enabled = False

    def get_form_class(self, for_update=False):
        return MembershipEndForm if for_update else MembershipForm


class TermViewSet(ModelViewSet):
    model = Term
    icon = "list-ul"
    menu_label = _("Lists")
    list_display = ["label", "vocabulary", "key", "position"]
    list_filter = ["vocabulary"]
    search_fields = ["label", "key"]
    search_backend_name = None
    panels = ["vocabulary", "key", "label_de", "label_en", "position"]


class OutgoingMailViewSet(ModelViewSet):
    """The delivery log: read-only."""

    model = OutgoingMail
    icon = "mail"
    menu_label = _("Outgoing mails")
    list_display = ["subject", "address", "state", "attempts", "written_at", "sent_at"]
    list_filter = ["state", "language"]
    search_fields = ["address", "subject"]
    search_backend_name = None
    form_fields = ["address"]
    inspect_view_enabled = True
    inspect_view_fields = [
        "subject",
        "address",
        "language",
        "state",
        "attempts",
        "error",
        "written_at",
        "sent_at",
        "text",
    ]
    copy_view_enabled = False


class PeopleGroup(ViewSetGroup):
    menu_label = _("People and organisations")
    menu_icon = "group"
    menu_order = 500
    items = (OrganisationViewSet, UnitViewSet, MembershipViewSet, TermViewSet, OutgoingMailViewSet)


@hooks.register("register_admin_viewset")
def people_viewsets():
    return PeopleGroup()


@hooks.register("after_create_user")
def vouch_for_address(request, user):
    """An account that staff made has a verified address, so that its first sign-in is not stopped (STACK.md 8)."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
