"""The rules for templates: what a process has used is never changed, the change becomes the next version."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from academy.models import User
from academy.services import audit
from consulting.enums import PhaseKey
from consulting.models import ProcessTemplate, TemplateMilestone, TemplatePhase

from .common import TemplateRefused, free_slug

MILESTONE_FIELDS = ("title_de", "title_en", "phase_key", "after_weeks", "position")
PHASE_FIELDS = ("key", "title_de", "title_en", "position")


@transaction.atomic
def publish_template(*, template: ProcessTemplate, actor: User | None, at: datetime) -> ProcessTemplate:
    """Save an edited or new template with its phases and milestones, which may still be unsaved children.

    A version that processes have used stays untouched: its change is saved as the next version, which is offered
    instead. Raises TemplateRefused if the phases make no order.
    """
    require_template_order(
        [phase.key for phase in template.phases.all()], [m.phase_key for m in template.milestones.all()]
    )
    template.slug = template.slug or free_slug(template.title_de, ProcessTemplate.objects.all())
    stored = ProcessTemplate.objects.select_for_update().filter(slug=template.slug).order_by("-version").first()
    if template.pk is None or _is_used(template):
        template = _next_version(template, number=stored.version + 1 if stored else 1)
    if template.is_offered:
        ProcessTemplate.objects.filter(slug=template.slug).exclude(pk=template.pk).update(is_offered=False)
    template.save()
    audit(action="template.published", obj=template, actor=actor, at=at, data={"version": template.version})
    return template


def require_template_order(keys: list[str], milestone_keys: list[str]) -> None:
    """Refuse phases that no process could walk through."""
    if not keys or keys[0] != PhaseKey.CLARIFY:
        raise TemplateRefused(_("A template begins with the phase “clarification”."))
    if len(set(keys)) != len(keys):
        raise TemplateRefused(_("Each kind of phase stands in a template once."))
    if set(milestone_keys) - set(keys):
        raise TemplateRefused(_("A milestone belongs to a phase of the template."))


def _is_used(template: ProcessTemplate) -> bool:
    return template.processes.exists()


def _next_version(template: ProcessTemplate, *, number: int) -> ProcessTemplate:
    """A new template with copies of the children as they stand in memory."""
    copy = ProcessTemplate(
        slug=template.slug,
        version=number,
        title_de=template.title_de,
        title_en=template.title_en,
        is_offered=template.is_offered,
    )
    copy.phases = [
        TemplatePhase(**{name: getattr(phase, name) for name in PHASE_FIELDS}) for phase in template.phases.all()
    ]
    copy.milestones = [
        TemplateMilestone(**{name: getattr(milestone, name) for name in MILESTONE_FIELDS})
        for milestone in template.milestones.all()
    ]
    return copy
