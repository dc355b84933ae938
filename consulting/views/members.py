"""People of a process: who takes part in which function, from when to when."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from consulting import services
from consulting.enums import ProcessRole
from consulting.forms import MemberEndForm, MemberForm
from consulting.models import Process

from .common import changeable_process, form_page, posted, workspace_page


def people_url(process: Process) -> str:
    return f"{process.get_absolute_url()}#people"


@workspace_page
def add_member(request: HttpRequest, process_id: int) -> HttpResponse:
    process, rights = changeable_process(request, process_id)
    initial = {"role": ProcessRole.GROUP, "starts_on": timezone.localdate()}
    form = MemberForm(posted(request), initial=initial, with_facilitators=rights.can_assign_facilitators)
    return form_page(
        request,
        form=form,
        act=lambda given: services.add_member(
            process=process,
            person=given["person"],
            role=ProcessRole(given["role"]),
            starts_on=given["starts_on"],
            has_public_contact=given["has_public_contact"],
            actor=request.user,
            at=timezone.now(),
        ),
        success=_("The person takes part now."),
        back=people_url(process),
        title=_("Add a person"),
        submit_label=_("Add"),
        process=process,
    )


@workspace_page
def end_member(request: HttpRequest, process_id: int, member_id: int) -> HttpResponse:
    process, rights = changeable_process(request, process_id)
    member = get_object_or_404(process.members.select_related("person"), pk=member_id)
    if member.role == ProcessRole.FACILITATOR and not rights.can_assign_facilitators:
        raise PermissionDenied
    return form_page(
        request,
        form=MemberEndForm(posted(request), initial={"ends_on": timezone.localdate()}),
        act=lambda given: services.end_member(member=member, **given, actor=request.user, at=timezone.now()),
        success=_("The access ends."),
        back=people_url(process),
        title=_("End the access of a person"),
        submit_label=_("End the access"),
        process=process,
        lead=_("{name}, {function}").format(name=member.person, function=member.get_role_display()),
        is_dangerous=True,
    )
