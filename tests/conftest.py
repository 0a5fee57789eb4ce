"""Settings of all tests: properties have no time limit, since machines differ and speed is measured elsewhere."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
