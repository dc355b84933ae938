import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Content",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="H5P identifier"),
                ),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("params", models.JSONField(verbose_name="parameters")),
                ("metadata", models.JSONField(blank=True, default=dict, verbose_name="h5p.json")),
                ("language", models.CharField(max_length=12, verbose_name="language")),
                ("licence", models.CharField(blank=True, max_length=40, verbose_name="licence")),
                ("files_prefix", models.CharField(blank=True, max_length=400, verbose_name="folder in the storage")),
                ("files", models.JSONField(blank=True, default=list, verbose_name="files")),
                ("warnings", models.JSONField(blank=True, default=list, verbose_name="left out on import")),
                ("package_sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the package")),
                ("uploaded_by_key", models.CharField(blank=True, max_length=64, verbose_name="uploaded by")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("updated_at", models.DateTimeField(verbose_name="updated at")),
            ],
            options={
                "verbose_name": "H5P content",
                "verbose_name_plural": "H5P contents",
                "ordering": ["title", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_key", models.CharField(max_length=64, verbose_name="learner")),
                ("context", models.CharField(blank=True, max_length=200, verbose_name="played in")),
                ("number", models.PositiveIntegerField(verbose_name="attempt number")),
                ("round_key", models.CharField(blank=True, max_length=36, verbose_name="name given by the player")),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("score", models.PositiveIntegerField(blank=True, null=True, verbose_name="score")),
                (
                    "max_score",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="highest possible score"),
                ),
                ("seconds", models.PositiveIntegerField(blank=True, null=True, verbose_name="duration in seconds")),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="h5p.content"
                    ),
                ),
            ],
            options={
                "verbose_name": "H5P attempt",
                "verbose_name_plural": "H5P attempts",
                "ordering": ["content", "user_key", "context", "number"],
            },
        ),
        migrations.CreateModel(
            name="Library",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("machine_name", models.CharField(max_length=255, verbose_name="machine name")),
                ("major", models.PositiveIntegerField(verbose_name="major version")),
                ("minor", models.PositiveIntegerField(verbose_name="minor version")),
                ("patch", models.PositiveIntegerField(verbose_name="patch version")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("is_runnable", models.BooleanField(verbose_name="is a content type")),
                ("metadata", models.JSONField(verbose_name="library.json")),
                ("semantics", models.JSONField(blank=True, default=list, verbose_name="fields of the content")),
                ("prefix", models.CharField(max_length=400, verbose_name="folder in the storage")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the files")),
                ("installed_at", models.DateTimeField(verbose_name="installed at")),
            ],
            options={
                "verbose_name": "H5P library",
                "verbose_name_plural": "H5P libraries",
                "ordering": ["machine_name", "major", "minor"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("machine_name", "major", "minor"), name="h5p_one_library_per_minor_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContentLibrary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="position")),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="content_libraries", to="h5p.content"
                    ),
                ),
                (
                    "library",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="content_uses", to="h5p.library"
                    ),
                ),
            ],
            options={
                "verbose_name": "library of an H5P content",
                "verbose_name_plural": "libraries of H5P contents",
                "ordering": ["content", "position"],
            },
        ),
        migrations.AddField(
            model_name="content",
            name="library",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contents",
                to="h5p.library",
                verbose_name="content type",
            ),
        ),
        migrations.AddField(
            model_name="content",
            name="used_libraries",
            field=models.ManyToManyField(related_name="used_in", through="h5p.ContentLibrary", to="h5p.library"),
        ),
        migrations.CreateModel(
            name="LibraryDependency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("preloaded", "needed to play"),
                            ("dynamic", "may be loaded while playing"),
                            ("editor", "needed to edit"),
                        ],
                        max_length=10,
                        verbose_name="kind of dependency",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "library",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="dependencies", to="h5p.library"
                    ),
                ),
                (
                    "required",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dependents", to="h5p.library"
                    ),
                ),
            ],
            options={
                "verbose_name": "dependency of an H5P library",
                "verbose_name_plural": "dependencies of H5P libraries",
                "ordering": ["library", "kind", "position"],
            },
        ),
        migrations.CreateModel(
            name="State",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_key", models.CharField(max_length=64, verbose_name="learner")),
                ("context", models.CharField(blank=True, max_length=200, verbose_name="played in")),
                ("data_type", models.CharField(max_length=127, verbose_name="kind of data")),
                ("sub_content_id", models.CharField(default="0", max_length=64, verbose_name="part of the content")),
                ("data", models.TextField(verbose_name="saved data")),
                ("is_preloaded", models.BooleanField(default=False, verbose_name="is sent with the page")),
                (
                    "is_reset_on_change",
                    models.BooleanField(default=False, verbose_name="is reset when the content changes"),
                ),
                ("updated_at", models.DateTimeField(verbose_name="updated at")),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="states", to="h5p.content"
                    ),
                ),
            ],
            options={
                "verbose_name": "H5P state",
                "verbose_name_plural": "H5P states",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement_id", models.UUIDField(unique=True, verbose_name="H5P identifier")),
                ("verb", models.CharField(max_length=200, verbose_name="verb")),
                ("raw", models.JSONField(verbose_name="raw statement")),
                ("stored_at", models.DateTimeField(verbose_name="stored at")),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="statements", to="h5p.attempt"
                    ),
                ),
            ],
            options={
                "verbose_name": "xAPI statement",
                "verbose_name_plural": "xAPI statements",
                "ordering": ["attempt", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["user_key"], name="h5p_attempt_user"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                fields=("content", "user_key", "context", "number"), name="h5p_attempt_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("round_key", ""), _negated=True),
                fields=("content", "user_key", "context", "round_key"),
                name="h5p_one_attempt_per_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="h5p_attempts_count_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__lte", models.F("max_score"))), name="h5p_score_within_maximum"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("max_score", None), ("score", None), ("seconds", None)),
                    models.Q(("finished_at__isnull", False), ("max_score__isnull", False), ("score__isnull", False)),
                    _connector="OR",
                ),
                name="h5p_finished_attempt_has_score",
            ),
        ),
        migrations.AddConstraint(
            model_name="contentlibrary",
            constraint=models.UniqueConstraint(fields=("content", "library"), name="h5p_one_use_per_content"),
        ),
        migrations.AddConstraint(
            model_name="librarydependency",
            constraint=models.UniqueConstraint(
                fields=("library", "required", "kind"), name="h5p_one_dependency_per_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="state",
            index=models.Index(fields=["user_key"], name="h5p_state_user"),
        ),
        migrations.AddConstraint(
            model_name="state",
            constraint=models.UniqueConstraint(
                fields=("content", "user_key", "context", "data_type", "sub_content_id"), name="h5p_one_state_per_part"
            ),
        ),
    ]
