"""The methods of the Web API, one file per family, and the table that names them."""
