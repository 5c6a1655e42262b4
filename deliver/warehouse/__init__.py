"""A converted folder into DuckDB or PostgreSQL: typed tables, whole loads, no duplicates (extra ``warehouse``)."""
