"""A bank that is not there: as real as can be without one, and apart from what it tests.

It fetches a code's picture from the service on this machine (`phone`), decodes it with zxing-cpp
(`scan`), reads it as strictly as a bank's app (`emv`), moves the money (`bank`), words the memo as
the receiving bank would (`memo`, `wrappers`), and has SePay's signed webhook (`notice`) carried to
the receiver's hook, sometimes twice, late or out of order (`deliver`). `python -m market40.sandbox`
starts it (`program`): a page and `POST /pay` (`server`, `page`), one payment, or a market's worth
(`traffic`). Only the standard library, zxing-cpp and Pillow; only this machine; never production.
"""
