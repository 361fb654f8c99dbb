"""What visual long-term memory holds, and what it makes of a scene."""
