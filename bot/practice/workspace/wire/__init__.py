"""The network side: Socket Mode, signed HTTP, response URLs, the control API, the server."""
