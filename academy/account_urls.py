"""Sign-in, the own start page, the theme and the component page."""

from django.urls import include, path

from . import styleguide, views

academy = (
    [
        path("my/", views.my_start, name="my_start"),
        path("my/jobs/<uuid:uuid>/", views.job, name="job"),
        path("my/jobs/<uuid:uuid>/state/", views.job_state, name="job_state"),
        path("theme/", views.set_theme, name="set_theme"),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("styleguide/pages/<slug:slug>/", styleguide.styleguide_page, name="styleguide_page"),
        path("styleguide/<slug:slug>/", styleguide.styleguide_section, name="styleguide_section"),
    ],
    "academy",
)

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include(academy)),
]
