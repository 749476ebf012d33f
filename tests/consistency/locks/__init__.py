"""The locks suite: members and admins use the locks of a few appointments."""
