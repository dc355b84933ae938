import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0006_no_page_to_report_on"),
    ]

    operations = [
        migrations.AlterField(
            model_name="homepage",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("text", 0),
                    ("image", 1),
                    ("video", 8),
                    ("download", 13),
                    ("quote", 14),
                    ("facts", 20),
                    ("accordion", 24),
                    ("table", 28),
                    ("notice", 29),
                    ("action", 32),
                    ("courses", 40),
                    ("strands", 46),
                    ("next_runs", 49),
                    ("latest_statement", 51),
                    ("loop", 58),
                ],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {
                            "features": ["h2", "h3", "bold", "ul", "ol", "link", "document-link", "blockquote"],
                            "label": "Text",
                            "template": "home/blocks/text.html",
                        },
                    ),
                    1: (
                        "wagtail.images.blocks.ImageBlock",
                        [],
                        {"label": "Image", "template": "home/blocks/image.html"},
                    ),
                    2: ("wagtail.blocks.CharBlock", (), {"label": "Title", "max_length": 120}),
                    3: (
                        "wagtail.documents.blocks.DocumentChooserBlock",
                        (),
                        {"help_text": "MP4 or WebM.", "label": "Video"},
                    ),
                    4: (
                        "wagtail.documents.blocks.DocumentChooserBlock",
                        (),
                        {"help_text": "WebVTT.", "label": "Captions"},
                    ),
                    5: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {
                            "features": ["bold", "ul", "ol"],
                            "help_text": "What is said, and what is to be seen where that matters.",
                            "label": "Transcript",
                        },
                    ),
                    6: ("wagtail.blocks.ChoiceBlock", [], {"choices": [], "label": "Language"}),
                    7: (
                        "wagtail.images.blocks.ImageChooserBlock",
                        (),
                        {
                            "help_text": "Shown until the film starts. It needs no description.",
                            "label": "Still picture",
                            "required": False,
                        },
                    ),
                    8: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("title", 2),
                                ("video", 3),
                                ("captions", 4),
                                ("transcript", 5),
                                ("language", 6),
                                ("poster", 7),
                            ]
                        ],
                        {},
                    ),
                    9: ("wagtail.blocks.CharBlock", (), {"label": "Title", "max_length": 150}),
                    10: ("wagtail.documents.blocks.DocumentChooserBlock", (), {"label": "Document"}),
                    11: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"label": "Number of pages", "max_value": 2000, "min_value": 1, "required": False},
                    ),
                    12: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [],
                            "help_text": "Where it is another one than that of this page.",
                            "label": "Language",
                            "required": False,
                        },
                    ),
                    13: (
                        "wagtail.blocks.StructBlock",
                        [[("title", 9), ("document", 10), ("pages", 11), ("language", 12)]],
                        {},
                    ),
                    14: (
                        "wagtail.blocks.BlockQuoteBlock",
                        (),
                        {"label": "Quotation", "template": "home/blocks/quote.html"},
                    ),
                    15: ("wagtail.blocks.CharBlock", (), {"label": "Heading", "max_length": 120, "required": False}),
                    16: ("wagtail.blocks.CharBlock", (), {"label": "Label", "max_length": 80}),
                    17: ("wagtail.blocks.CharBlock", (), {"label": "Value", "max_length": 250}),
                    18: ("wagtail.blocks.StructBlock", [[("label", 16), ("value", 17)]], {}),
                    19: ("wagtail.blocks.ListBlock", (18,), {"label": "Facts"}),
                    20: ("wagtail.blocks.StructBlock", [[("heading", 15), ("facts", 19)]], {}),
                    21: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {"features": ["bold", "ul", "ol", "link", "document-link"], "label": "Text"},
                    ),
                    22: ("wagtail.blocks.StructBlock", [[("title", 9), ("text", 21)]], {}),
                    23: ("wagtail.blocks.ListBlock", (22,), {"label": "Texts", "max_num": 30, "min_num": 1}),
                    24: ("wagtail.blocks.StructBlock", [[("heading", 15), ("items", 23)]], {}),
                    25: ("wagtail.blocks.CharBlock", (), {"label": "Text", "max_length": 250, "required": False}),
                    26: ("wagtail.blocks.CharBlock", (), {"label": "Number", "max_length": 40, "required": False}),
                    27: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {"features": ["bold", "link"], "label": "Text with links", "required": False},
                    ),
                    28: (
                        "wagtail.contrib.typed_table_block.blocks.TypedTableBlock",
                        [[("text", 25), ("number", 26), ("rich_text", 27)]],
                        {},
                    ),
                    29: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {"icon": "warning", "label": "Notice", "template": "home/blocks/notice.html"},
                    ),
                    30: ("wagtail.blocks.PageChooserBlock", (), {"label": "Page", "required": False}),
                    31: ("wagtail.blocks.CharBlock", (), {"label": "Address", "max_length": 250, "required": False}),
                    32: ("wagtail.blocks.StructBlock", [[("label", 16), ("page", 30), ("address", 31)]], {}),
                    33: ("wagtail.blocks.CharBlock", (), {"label": "Heading", "max_length": 120}),
                    34: (
                        "wagtail.blocks.PageChooserBlock",
                        (),
                        {"label": "Course", "page_type": ["courses.CoursePage"]},
                    ),
                    35: (
                        "wagtail.blocks.ListBlock",
                        (34,),
                        {
                            "default": [],
                            "help_text": "In this order. Left empty, the next courses are shown.",
                            "label": "Chosen courses",
                            "max_num": 12,
                        },
                    ),
                    36: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("citizen_services", "citizen services"),
                                ("family", "children, youth, family"),
                                ("health", "health"),
                            ],
                            "help_text": "Counts where no course is chosen. Left empty: courses of all topics.",
                            "label": "Topic",
                            "required": False,
                        },
                    ),
                    37: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 3, "label": "How many", "max_value": 12, "min_value": 1},
                    ),
                    38: ("wagtail.blocks.PageChooserBlock", (), {"label": "Page with all courses", "required": False}),
                    39: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Words of the link to it", "max_length": 80, "required": False},
                    ),
                    40: (
                        "wagtail.blocks.StructBlock",
                        [[("heading", 33), ("courses", 35), ("topic", 36), ("count", 37), ("page", 38), ("link", 39)]],
                        {},
                    ),
                    41: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("chat", "speech bubble"),
                                ("book", "book"),
                                ("route", "way"),
                                ("people", "people"),
                                ("calendar", "calendar"),
                                ("check-circle", "tick"),
                            ],
                            "label": "Symbol",
                        },
                    ),
                    42: ("wagtail.blocks.CharBlock", (), {"label": "Title", "max_length": 80}),
                    43: ("wagtail.blocks.TextBlock", (), {"label": "Text", "max_length": 300}),
                    44: ("wagtail.blocks.StructBlock", [[("icon", 41), ("title", 42), ("text", 43), ("page", 30)]], {}),
                    45: ("wagtail.blocks.ListBlock", (44,), {"label": "Cards", "max_num": 6, "min_num": 1}),
                    46: ("wagtail.blocks.StructBlock", [[("heading", 33), ("cards", 45)]], {}),
                    47: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 3, "label": "How many", "max_value": 6, "min_value": 1},
                    ),
                    48: ("wagtail.blocks.PageChooserBlock", (), {"label": "Page with all dates", "required": False}),
                    49: (
                        "wagtail.blocks.StructBlock",
                        [[("heading", 33), ("count", 47), ("page", 48), ("link", 39)]],
                        {},
                    ),
                    50: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Words of the link to all statements", "max_length": 80, "required": False},
                    ),
                    51: ("wagtail.blocks.StructBlock", [[("heading", 33), ("link", 50)]], {}),
                    52: ("wagtail.blocks.TextBlock", (), {"label": "Text", "max_length": 400, "required": False}),
                    53: ("wagtail.blocks.CharBlock", (), {"label": "Where it happens", "max_length": 40}),
                    54: ("wagtail.blocks.CharBlock", (), {"label": "Title", "max_length": 40}),
                    55: ("wagtail.blocks.TextBlock", (), {"label": "Text", "max_length": 250}),
                    56: ("wagtail.blocks.StructBlock", [[("strand", 53), ("title", 54), ("text", 55)]], {}),
                    57: ("wagtail.blocks.ListBlock", (56,), {"label": "Stations", "max_num": 8, "min_num": 3}),
                    58: ("wagtail.blocks.StructBlock", [[("heading", 33), ("text", 52), ("stations", 57)]], {}),
                },
                verbose_name="content",
            ),
        ),
    ]
