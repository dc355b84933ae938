"""The public site shell: what all pages share, the page types of its own, and what visitors report about them."""

from .base import EASY_LANGUAGE, BasePage
from .editing import EASY_PANEL, PublishingForm, SitePageForm
from .funding import FundingSettings
from .news import NewsIndexPage, NewsPage
from .pages import HomePage, StandardPage
from .project import ProjectPage
from .publications import PublicationAuthor, PublicationFile, PublicationIndexPage, PublicationPage
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
    "NewsIndexPage",
    "NewsPage",
    "ProjectPage",
    "PublicationAuthor",
    "PublicationFile",
    "PublicationIndexPage",
    "PublicationPage",
    "PublishingForm",
    "SitePageForm",
    "StandardPage",
]
