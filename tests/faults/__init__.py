"""What happens to a link when its makers die."""
