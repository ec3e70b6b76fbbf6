"""HTTP around the bot: its health and metrics for machines, and a door for the local shell."""
