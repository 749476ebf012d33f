"""The cost of holds, bookings, moves and cancellations, with hour buckets and with one item for each cell."""
