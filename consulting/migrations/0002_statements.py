import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("academy", "0001_people_and_mail"),
        ("consulting", "0001_processes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="short name")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("title_de", models.CharField(max_length=200, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=200, null=True, verbose_name="title")),
                ("title_hu", models.CharField(blank=True, max_length=200, verbose_name="title in Hungarian")),
                (
                    "title_de_simple",
                    models.CharField(blank=True, max_length=200, verbose_name="title in Leichte Sprache"),
                ),
                ("summary", models.TextField(verbose_name="summary")),
                ("summary_de", models.TextField(null=True, verbose_name="summary")),
                ("summary_en", models.TextField(null=True, verbose_name="summary")),
                ("summary_hu", models.TextField(blank=True, verbose_name="summary in Hungarian")),
                ("summary_de_simple", models.TextField(blank=True, verbose_name="summary in Leichte Sprache")),
                (
                    "easy_status",
                    models.CharField(
                        choices=[
                            ("draft_unchecked", "draft, not yet checked"),
                            ("checked", "checked by the target group"),
                        ],
                        default="draft_unchecked",
                        max_length=20,
                        verbose_name="status of the text in Leichte Sprache",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("mso_review", "review by the MSO"),
                            ("released", "released"),
                            ("published", "published"),
                            ("superseded", "superseded"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="published on")),
            ],
            options={
                "verbose_name": "statement",
                "verbose_name_plural": "statements",
                "ordering": ["-published_on", "-pk"],
                "indexes": [models.Index(fields=["state", "-published_on"], name="statements_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_on__isnull", False), ("state__in", ["published", "superseded"])),
                            models.Q(
                                models.Q(("state__in", ["published", "superseded"]), _negated=True),
                                ("published_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="published_statement_has_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signatory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "consent",
                    models.CharField(
                        choices=[("open", "open"), ("given", "given"), ("refused", "refused")],
                        default="open",
                        max_length=10,
                        verbose_name="consent",
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="academy.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatories",
                        to="consulting.statement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "signatory",
                "verbose_name_plural": "signatories",
                "ordering": ["statement_id", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="short name")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("text", models.TextField(verbose_name="text")),
                ("text_de", models.TextField(null=True, verbose_name="text")),
                ("text_en", models.TextField(null=True, verbose_name="text")),
                ("text_hu", models.TextField(blank=True, verbose_name="text in Hungarian")),
                ("text_de_simple", models.TextField(blank=True, verbose_name="text in Leichte Sprache")),
                ("expected_on", models.DateField(verbose_name="expected by")),
                (
                    "addressee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="academy.organisation",
                        verbose_name="addressee",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recommendations",
                        to="consulting.statement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy recommendation",
                "verbose_name_plural": "policy recommendations",
                "ordering": ["statement_id", "number"],
            },
        ),
        migrations.CreateModel(
            name="StatementMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("create", "Statement drafted"),
                            ("change", "Statement reworded"),
                            ("add_signatory", "Signatory added"),
                            ("add_recommendation", "Recommendation added"),
                            ("submit", "Sent to the signatories"),
                            ("give_consent", "Consent given"),
                            ("refuse_consent", "Consent refused"),
                            ("reopen", "Back to the signatories"),
                            ("return", "Back to drafting"),
                            ("release", "Statement released"),
                            ("publish", "Statement published"),
                            ("supersede", "Statement superseded"),
                        ],
                        max_length=30,
                        verbose_name="move",
                    ),
                ),
                ("from_state", models.CharField(blank=True, max_length=20, verbose_name="from")),
                ("to_state", models.CharField(blank=True, max_length=20, verbose_name="to")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("actor", models.UUIDField(null=True, verbose_name="pseudonym of the actor")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "signatory",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="consulting.signatory",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="consulting.statement"
                    ),
                ),
            ],
            options={
                "verbose_name": "move of a statement",
                "verbose_name_plural": "moves of statements",
                "ordering": ["statement_id", "-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_on", models.DateField(verbose_name="checked on")),
                (
                    "authority",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("promised", "promised"),
                            ("in_progress", "in progress"),
                            ("partly", "partly put into practice"),
                            ("done", "put into practice"),
                            ("refused", "refused"),
                            ("no_answer", "no answer"),
                        ],
                        max_length=20,
                        verbose_name="view of the addressee",
                    ),
                ),
                (
                    "mso",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("promised", "promised"),
                            ("in_progress", "in progress"),
                            ("partly", "partly put into practice"),
                            ("done", "put into practice"),
                            ("refused", "refused"),
                            ("no_answer", "no answer"),
                        ],
                        max_length=20,
                        verbose_name="view of the MSO",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("note_de", models.CharField(blank=True, max_length=500, null=True, verbose_name="note")),
                ("note_en", models.CharField(blank=True, max_length=500, null=True, verbose_name="note")),
                ("note_hu", models.CharField(blank=True, max_length=500, verbose_name="note in Hungarian")),
                (
                    "note_de_simple",
                    models.CharField(blank=True, max_length=500, verbose_name="note in Leichte Sprache"),
                ),
                ("source_url", models.URLField(blank=True, max_length=500, verbose_name="source")),
                ("actor", models.UUIDField(null=True, verbose_name="pseudonym of the actor")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="consulting.recommendation",
                        verbose_name="policy recommendation",
                    ),
                ),
            ],
            options={
                "verbose_name": "follow-up",
                "verbose_name_plural": "follow-ups",
                "ordering": ["recommendation_id", "-checked_on", "-pk"],
                "indexes": [
                    models.Index(fields=["recommendation", "-checked_on", "-id"], name="follow_ups_newest_first")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authority", "refused"), ("mso", "refused"), _connector="OR", _negated=True),
                            models.Q(("note_de__isnull", False), models.Q(("note_de", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="refused_answer_has_reason",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="signatory",
            constraint=models.UniqueConstraint(
                fields=("statement", "organisation"), name="one_signature_per_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="signatory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consent", "open"), ("decided_on__isnull", True)),
                    models.Q(models.Q(("consent", "open"), _negated=True), ("decided_on__isnull", False)),
                    _connector="OR",
                ),
                name="decided_consent_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.UniqueConstraint(fields=("statement", "number"), name="one_recommendation_per_number"),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="recommendations_count_from_one"
            ),
        ),
    ]
