"""From what people type to words, names and one request."""
