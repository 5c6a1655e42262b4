"""Text to values: pure functions that open no file but the package's own vocabularies.

`characters` repairs code points, `wraps` joins printed lines, `comparators`, `numbers`, `dates`
and `targets` read values, `quality` knows the words that are values, `money` reads amounts,
`staffing` reads figures out of sentences, `names` says how alike two names are. Import the module
you need; nothing is imported here, so that the command line starts fast.
"""
