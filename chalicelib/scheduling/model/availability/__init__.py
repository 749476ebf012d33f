"""Working time of a doctor and bookable slots: pure rules, from instants to the wall clock.

See docs/adr/0031-availability.md.
"""
