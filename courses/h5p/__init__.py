"""Plays, checks, stores and exports H5P packages. Knows no Wagtail and no other app of this project."""
