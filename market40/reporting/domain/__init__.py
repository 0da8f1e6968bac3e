"""Rules of reporting: bitmaps, rollups, windows, figures, disclosure, the adoption table."""
