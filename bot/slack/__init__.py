"""Transport only: Slack's events in, messages out. Nothing here decides anything."""
