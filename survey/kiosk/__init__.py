"""The resident's form, and the door through which responses come in."""
