"""Tickets, connections and subscriptions as items of the connections table."""
