"""Records → tidy tables, JSON, Parquet, workbook and the data package that describes them."""
