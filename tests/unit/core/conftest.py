"""One hypothesis profile: a busy machine must not fail a property by its clock."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
