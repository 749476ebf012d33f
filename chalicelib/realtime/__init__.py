"""Connections, subscriptions and the fan-out of every change."""
