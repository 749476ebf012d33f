"""The harness of both suites: clients run operations, a nemesis injects faults, a checker reads the history."""
