"""The public site shell: what all pages share, the plain pages, and what visitors report about them."""

from .base import EASY_LANGUAGE, BasePage
from .editing import EASY_PANEL, SitePageForm
from .funding import FundingSettings
from .pages import HomePage, StandardPage
from .reports import AccessibilityReport, AccessibilityReportMove
from .statement import AccessibilityStatementPage

__all__ = [
    "EASY_LANGUAGE",
    "EASY_PANEL",
    "AccessibilityReport",
    "AccessibilityReportMove",
    "AccessibilityStatementPage",
    "BasePage",
    "FundingSettings",
    "HomePage",
    "SitePageForm",
    "StandardPage",
]
