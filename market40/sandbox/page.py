"""The pages of the bank that is not there: look at a code, then pay it. Vietnamese, no script."""

from __future__ import annotations

from html import escape

from market40.sandbox.deliver import Attempt
from market40.sandbox.emv import ScannedCode
from market40.sandbox.mishaps import HELD_SECONDS, LATE_SECONDS, WAYS, Way
from market40.sandbox.phone import Payment

LABEL = "NGÂN HÀNG THỬ NGHIỆM – không phải ngân hàng thật"

WAY_WORDS: dict[Way, str] = {
    "now": "Ngay",
    "twice": "Hai lần",
    "late": f"Trễ {LATE_SECONDS:.0f} giây",
    "out_of_order": "Sai thứ tự: sau báo có kế tiếp",
}

STYLE = """
:root { color-scheme: light; font: 17px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 30rem; padding: 0 1rem 3rem;
  background: #f4f1ea; color: #1c1a17; }
header { margin: 0 -1rem 1.5rem; padding: .75rem 1rem; background: #7a1f1f; color: #fff;
  font-weight: 700; text-align: center; }
section { background: #fff; border: 1px solid #d8d2c6; border-radius: .75rem; padding: 1rem;
  margin-bottom: 1rem; }
h1 { font-size: 1.25rem; margin: 0 0 .75rem; }
label { display: block; margin: .9rem 0 .25rem; font-weight: 600; }
input, textarea { box-sizing: border-box; width: 100%; min-height: 48px; padding: .6rem;
  font: inherit; border: 1px solid #8a8377; border-radius: .5rem; background: #fff; }
textarea { min-height: 5rem; overflow-wrap: anywhere; }
button { width: 100%; min-height: 52px; margin-top: 1.25rem; border: 0; border-radius: .5rem;
  background: #14532d; color: #fff; font: inherit; font-weight: 700; }
:focus-visible { outline: 3px solid #b45309; outline-offset: 2px; }
dl { margin: 0; } dt { color: #5b554b; }
dd { margin: 0 0 .6rem; font-size: 1.1rem; font-weight: 600;
  overflow-wrap: anywhere; }
.amount { font-size: 1.8rem; }
fieldset { border: 1px solid #8a8377; border-radius: .5rem; margin: 1rem 0 0;
  padding: .25rem .75rem; }
legend { font-weight: 600; padding: 0 .25rem; }
fieldset label { display: flex; align-items: center; gap: .6rem; min-height: 48px; margin: 0;
  font-weight: 400; }
input[type=radio] { width: 1.4rem; min-height: 1.4rem; margin: 0; accent-color: #14532d; }
.told p { margin: 0; } ol { margin: 0; padding-left: 1.4rem; }
.refused { border: 2px solid #b91c1c; }
a { color: #14532d; display: inline-block; padding: .75rem 0; }
"""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)} · '
        f"{LABEL}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/style.css"></head>'
        f"<body><header>{LABEL}</header><main>{body}</main></body></html>"
    )


def dong(amount: int) -> str:
    """Write an amount as Vietnam does: `25.000 đ`."""
    return f"{amount:,}".replace(",", ".") + " đ"


def start_page(refusal: str = "") -> str:
    """Return the page where a code is shown to the app; `refusal` says why the last was not."""
    said = (
        f'<section class="refused" role="alert"><h1>Không nhận</h1>{escape(refusal)}</section>'
        if refusal
        else ""
    )
    return _page(
        "Quét mã",
        f"""{said}<section><h1>Quét mã để chuyển tiền</h1>
<form method="post" action="/look" enctype="multipart/form-data">
<label for="png_url">Địa chỉ ảnh mã QR trên máy này</label>
<input id="png_url" name="png_url" inputmode="url" placeholder="http://127.0.0.1:8040/…png">
<label for="picture">hoặc chọn ảnh mã QR</label>
<input id="picture" name="picture" type="file" accept="image/png,image/jpeg,image/webp">
<label for="payload">hoặc dán nội dung mã</label>
<textarea id="payload" name="payload" spellcheck="false"></textarea>
<button>Xem mã</button></form></section>""",
    )


def confirm_page(payload: str, code: ScannedCode) -> str:
    """Return the page that shows what the code says and asks for the rest."""
    kind = "động" if code.dynamic else "tĩnh"
    if code.amount is None:
        amount = (
            '<label for="amount">Số tiền (đồng)</label><input id="amount" name="amount" '
            'inputmode="numeric" pattern="[0-9. ]+" maxlength="13" required autofocus>'
        )
    else:
        amount = f'<dl><dt>Số tiền</dt><dd class="amount">{dong(code.amount)}</dd></dl>'
    name = f"<dt>Tên trên mã</dt><dd>{escape(code.name)}</dd>" if code.name else ""
    return _page(
        "Xác nhận",
        f"""<section><h1>Chuyển đến</h1><dl>
<dt>Ngân hàng</dt><dd>{escape(code.bank)}</dd>
<dt>Số tài khoản</dt><dd>{escape(code.account)}</dd>{name}
<dt>Loại mã</dt><dd>{kind}</dd></dl>
<form method="post" action="/confirm">
<input type="hidden" name="payload" value="{escape(payload)}">{amount}
<label for="memo">Nội dung chuyển khoản</label>
<input id="memo" name="memo" maxlength="150" value="{escape(code.memo)}">
{_ways()}<button>Chuyển</button></form></section><a href="/">Quét mã khác</a>""",
    )


def _ways() -> str:
    choices = "".join(
        f'<label><input type="radio" name="notice" value="{way}"'
        f"{' checked' if way == 'now' else ''}> {WAY_WORDS[way]}</label>"
        for way in WAYS
    )
    return f"<fieldset><legend>Gửi thông báo</legend>{choices}</fieldset>"


def told_words(payment: Payment) -> str:
    """Return as HTML what was done to tell the receiver."""
    if not payment.told:
        return "<p>Không ai nghe báo có của tài khoản này, nên không gửi cho ai.</p>"
    if payment.way == "late":
        return f"<p>Báo có chưa gửi: nó lên đường sau {LATE_SECONDS:.0f} giây.</p>"
    if payment.way == "out_of_order":
        return (
            "<p>Báo có được giữ lại. Hãy chuyển lần nữa tới tài khoản này: báo có sau sẽ tới "
            f"trước. Nếu không, nó lên đường sau {HELD_SECONDS:.0f} giây.</p>"
        )
    lines = "".join(f"<li>{_answered(each)}</li>" for each in payment.attempts)
    return f"<p>Báo có đã gửi:</p><ol>{lines}</ol>"


def _answered(attempt: Attempt) -> str:
    if attempt.accepted:
        return f"Nơi nhận trả lời {attempt.status}: đã nhận."
    again = "sẽ gửi lại" if attempt.again_at is not None else "không gửi lại nữa"
    if attempt.status is None:
        return f"Không ai trả lời; {again}."
    return f"Nơi nhận trả lời {attempt.status}: không nhận; {again}."


def done_page(payment: Payment) -> str:
    """Return the page after a payment: what was sent, and what the receiving bank will tell."""
    transfer = payment.transfer
    return _page(
        "Đã chuyển",
        f"""<section><h1>Đã chuyển (thử nghiệm)</h1><dl>
<dt>Số tiền</dt><dd class="amount">{dong(transfer.amount)}</dd>
<dt>Đến</dt><dd>{escape(transfer.code.bank)} · {escape(transfer.code.account)}</dd>
<dt>Nội dung gửi</dt><dd>{escape(transfer.memo) or "(trống)"}</dd>
<dt>Ngân hàng nhận ghi</dt><dd>{escape(transfer.notice.content) or "(trống)"}</dd>
<dt>Số tham chiếu</dt><dd>{escape(transfer.notice.reference)}</dd>
<dt>Thông báo</dt><dd class="told">{told_words(payment)}</dd></dl></section>
<a href="/">Chuyển lần nữa</a>""",
    )
