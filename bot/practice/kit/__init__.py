"""What workspace, fleet and page share: serving, showing, the time. It imports nothing of ours."""
