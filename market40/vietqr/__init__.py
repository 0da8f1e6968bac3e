"""The VietQR engine: payloads, banks, symbols, pictures and print sheets. Knows no database.

`codec` (encode, decode, inspect) · `canonical` (the one form) · `banks` (the directory by BIN) ·
`symbol` (modules, by `segments` and `plans`) · `layout` (what may be drawn) · `images` (PNG, SVG)
· `selfcheck` (the same, read back before anybody gets them) · `sheets` (cards, posters, receipts) ·
`photo` (every code in a photo, the file first looked at by `containers`) · `request` and
`wording` (plain words to a code) · `command` and `photo_command` (`market40 vietqr`). The codec
uses the standard library alone.
"""
