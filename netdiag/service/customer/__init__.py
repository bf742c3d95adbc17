"""What a customer may see of his own line."""
