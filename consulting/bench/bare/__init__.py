"""A Wagtail site as its tutorial leaves it, to compare with: a page, a list of pages, and Django with one query."""
