pytest_plugins = ["database_fixtures", "lab_fixtures"]
