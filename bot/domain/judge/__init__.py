"""Samples become verdicts here; nothing here asks, waits or forgets."""
