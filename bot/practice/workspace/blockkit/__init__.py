"""Block Kit as Slack checks it: a table of shapes and a small checker."""
