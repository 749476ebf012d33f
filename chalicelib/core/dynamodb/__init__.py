"""What every store stands on: items of the two tables, and writes that are refused with what stands there."""
