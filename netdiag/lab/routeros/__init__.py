"""What the lab's RouterOS devices answer to API commands, in the words of v6 and v7."""
