"""Plants known accounts in a running test server."""
