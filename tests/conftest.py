pytest_plugins = ["database_fixtures"]
