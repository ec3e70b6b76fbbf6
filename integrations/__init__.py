"""One folder per vendor; a registry finds them by scanning, nobody imports them."""
