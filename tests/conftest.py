"""What all tests share."""

from hypothesis import settings

pytest_plugins = ["database_fixtures", "lab_fixtures"]

# A test that fails because the machine is slow tells nothing of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
