"""The VietQR engine: payloads, banks, symbols, pictures and print sheets. Knows no database.

`codec` (encode, decode, inspect) · `banks` (the directory by BIN) · `symbol` (modules) ·
`images` (PNG, SVG) · `sheets` (cards, posters, receipts) · `request` and `wording` (plain words
to a code) · `command` (`market40 vietqr`). The codec uses the standard library alone.
"""
