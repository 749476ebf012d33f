"""The app's client for tests: members, patients and sockets, on either transport."""
