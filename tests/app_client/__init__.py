"""What tests speak: practices, members and sockets in the domain's words, on the app in this process."""
