"""Born-digital PDFs: characters and ruling lines of each page, the grids they make, the pages joined."""
