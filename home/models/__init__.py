"""The public site shell: what all pages share, and the plain pages."""

from .base import EASY_LANGUAGE, BasePage
from .funding import FundingSettings
from .pages import HomePage, StandardPage

__all__ = ["EASY_LANGUAGE", "BasePage", "FundingSettings", "HomePage", "StandardPage"]
