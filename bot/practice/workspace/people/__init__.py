"""People act: they type, click, pick, fill in, open and close, as the control API tells them to."""
