"""The reporting API: the adoption table for the province's own systems, with a key and an ETag."""

from __future__ import annotations

from flask import Response, request
from flask_smorest import Blueprint

from market40.reporting import exports, schemas
from market40.reporting.asking import asked, table_for
from market40.web.context import kit
from market40.web.guard import may, principal, takes
from market40.web.live import respond_with_etag
from market40.web.openapi import PREFIX

blueprint = Blueprint(
    "reporting_api",
    __name__,
    url_prefix=f"{PREFIX}/reports",
    description="Số liệu đã tổng hợp; không có dữ liệu của riêng ai.",
)

PARAMETERS = [
    {
        "name": "period",
        "in": "query",
        "schema": {
            "type": "string",
            "minLength": 1,
            "examples": ["2026-10", "2026-Q3", "official:2026-10"],
        },
        "description": "Kỳ báo cáo; mặc định là tháng đang chạy.",
    },
    {
        "name": "by",
        "in": "query",
        "schema": {"type": "string", "enum": ["district", "commune", "market"]},
        "description": "Huyện (cũ), xã phường hiện nay, hoặc từng chợ.",
    },
    {
        "name": "unit",
        "in": "query",
        "schema": {"type": "string", "minLength": 1, "examples": ["gso2004:district:026"]},
        "description": "Chỉ trong nơi này.",
    },
]


@blueprint.route("/adoption", methods=["GET"], parameters=PARAMETERS)
@blueprint.doc(
    summary="Mức độ dùng mã theo nơi, trong một kỳ",
    responses={304: {"description": "Not Modified: the ETag in If-None-Match still holds."}},
)
@blueprint.response(200, schemas.AdoptionOut)
@takes("period", "by", "unit")
@may("official", "operator")
def adoption() -> Response:
    """Give the adoption table as JSON; 304 when the caller's ETag still holds."""
    body = exports.to_json(table_for(principal(), asked(request.args, kit()), kit()))
    return respond_with_etag(body, exports.etag(body))
