"""Sign-in, the own start page and the theme."""

from django.urls import include, path

from . import views

academy = (
    [
        path("my/", views.my_start, name="my_start"),
        path("theme/", views.set_theme, name="set_theme"),
    ],
    "academy",
)

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include(academy)),
]
