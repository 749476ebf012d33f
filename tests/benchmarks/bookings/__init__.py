"""What holding, booking, moving and cancelling take, as hour sheets and as one item for each cell."""
