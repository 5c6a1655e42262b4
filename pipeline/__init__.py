"""One file through all of it, many files into one folder, and the command line."""
