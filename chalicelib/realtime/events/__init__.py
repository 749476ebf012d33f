"""Events derived from changes of the data table."""
