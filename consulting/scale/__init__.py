"""A large, realistic data set for benchmarks: `manage.py seed_scale`."""
