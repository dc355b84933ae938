"""Mounted at /h5p/ without a language prefix. All but the export are read by the frame of the player or of the
official editor."""

from django.urls import path, re_path

from . import editor_views, views

app_name = "h5p"

urlpatterns = [
    path("", views.base, name="base"),
    path("<uuid:uuid>/embed/", views.embed, name="embed"),
    path("<uuid:uuid>/export", views.export, name="export"),
    path("state/<int:content_id>/<str:data_type>/<str:sub_content_id>", views.state, name="state"),
    path("finished/", views.finished, name="finished"),
    path("xapi/", views.xapi, name="xapi"),
    path("files/<str:token>/", views.base, name="files"),
    path("files/<str:token>/<path:path>", views.content_file, name="content_file"),
    path("bundles/<str:token>/scripts.js", views.script_bundle, name="scripts"),
    path("bundles/<str:token>/styles.css", views.style_bundle, name="styles"),
    re_path(
        r"^libraries/(?P<folder>[\w.-]+)/(?P<release>[0-9]{1,5}-[0-9a-f]{8})/(?P<path>.+)$",
        views.library_release,
        name="library_release",
    ),
    path("editor/", editor_views.page, name="editor"),
    path("editor/ajax/", editor_views.ajax, name="editor_ajax"),
    path("editor/uploads/<str:token>/", views.base, name="editor_uploads"),
    path("editor/uploads/<str:token>/<path:path>", editor_views.upload, name="editor_upload"),
    re_path(
        r"^editor/files/(?P<core>[0-9a-f]{16})/(?P<editor>[0-9a-f]{16})/(?P<path>.*)$",
        editor_views.release_file,
        name="editor_file",
    ),
    path("libraries/<str:folder>/<path:path>", views.library_file, name="library_file"),
]
