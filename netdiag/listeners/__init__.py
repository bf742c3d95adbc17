"""What comes in unasked. Receiving and decoding apart; nothing here knows the inventory."""
