"""Who pays: what stands beside the emblem of the European Union on everything that is public or handed out."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from home.enums import FundingStatement


@register_setting(icon="tag")
class FundingSettings(BaseGenericSetting):
    """One row for the whole platform: pages, mails, certificates, lists and posters read it (DOMAIN.md 6, F1 and F5).

    The words of the statement are fixed by law and come with each language, so an editor only says which one holds.
    """

    statement = models.CharField(
        _("statement"),
        max_length=20,
        choices=FundingStatement,
        default=FundingStatement.CO_FUNDED,
        help_text=_(
            "As the grant decision says. The words are prescribed in each language and stand beside the emblem."
        ),
    )
    co_funder_de = models.CharField(
        _("co-funder (German)"), max_length=200, blank=True, help_text=_("Named exactly as in the grant decision.")
    )
    co_funder_en = models.CharField(
        _("co-funder (English)"), max_length=200, blank=True, help_text=_("Left empty: the German name is shown.")
    )
    co_funder_logo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo of the co-funder"),
        help_text=_("It is never shown larger than the emblem of the European Union."),
    )

    panels = [
        MultiFieldPanel([FieldPanel("statement")], heading=_("European Union")),
        MultiFieldPanel(
            [FieldPanel("co_funder_de"), FieldPanel("co_funder_en"), FieldPanel("co_funder_logo")],
            heading=_("Co-funder"),
        ),
    ]

    class Meta:
        verbose_name = _("funding")
        verbose_name_plural = _("funding")
