"""The demo content: an invented academy, loaded with dates relative to the week of loading (`manage.py load_demo`)."""
