"""The VietQR engine: payloads, banks, symbols, pictures and print sheets. Knows no database.

`codec` (encode, decode, inspect) · `canonical` (the one form) · `banks` (the directory by BIN) ·
`symbol` (modules) · `images` (PNG, SVG) · `sheets` (A6 cards as PDF) · `request` and `wording`
(plain words to a code) · `command` (`market40 vietqr`). The codec uses the standard library alone.
"""
