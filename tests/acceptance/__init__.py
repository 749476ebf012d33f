"""What a scheduler must do, as sentences, through the front doors."""
