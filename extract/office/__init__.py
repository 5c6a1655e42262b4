"""Files that hold their own cells (workbooks, Word, HTML, Markdown) → loose lines and grids."""
