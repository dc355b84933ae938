"""What the public site keeps about people (GDPR Art. 30), read by the registry of DESIGN.md 4."""

from django.utils.translation import gettext_lazy as _

from academy.common.registry import PersonalData

from .models import AccessibilityReport, AccessibilityReportMove

ENTRIES = [
    PersonalData(
        model=AccessibilityReport,
        person=None,
        purpose=_("Repairing barriers of the website, and answering those who report them (BITV 2.0 § 7)."),
        period=_(
            "Contact details and the answer until 180 days after the report is closed; then what did not work only."
        ),
        kept_because=_(
            "Reports come without an account; address and answer are erased by themselves after their period."
        ),
    ),
    PersonalData(
        model=AccessibilityReportMove,
        person=None,
        purpose=_("Proving when a report was answered and closed, under a pseudonym."),
        period=_("As long as the report itself."),
        kept_because=_("The log holds a pseudonym only; erasing the account cuts the link to the person."),
    ),
]
