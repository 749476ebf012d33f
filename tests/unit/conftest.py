"""Property tests find the same examples in every run, on a slow machine too."""

from hypothesis import settings

settings.register_profile("stable", derandomize=True, deadline=None)
settings.load_profile("stable")
