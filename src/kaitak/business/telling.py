"""Owns the words in which a line of the access log can be shown to the customer whom it is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_Words = tuple[str, str, str]
_WHAT: Mapping[str, _Words] = MappingProxyType(
    {
        "get_order": ("查看訂單", "查看订单", "looked at the order"),
        "check_order": ("核對訂單持有人", "核对订单持有人", "checked whose order it is"),
        "list_orders": ("查看訂單記錄", "查看订单记录", "looked at the list of orders"),
        "find_customer": ("查看客戶資料", "查看客户资料", "looked at the profile"),
        "snapshot": ("查看客戶資料及訂單", "查看客户资料及订单", "looked at the profile and the orders"),
        "list_service_records": ("查看服務記錄", "查看服务记录", "looked at the service history"),
        "list_returns": ("查看退換貨記錄", "查看退换货记录", "looked at the returns"),
        "list_invoices": ("查看發票", "查看发票", "looked at the invoices"),
        "list_points": ("查看積分", "查看积分", "looked at the points"),
        "list_policies": ("查看保單", "查看保单", "looked at the policies"),
        "list_claims": ("查看索償", "查看理赔", "looked at the claims"),
        "list_premiums": ("查看保費", "查看保费", "looked at the premiums"),
        "list_parcel_events": ("查看物流", "查看物流", "looked at the tracking"),
        "get_delivery": ("查看送貨安排", "查看送货安排", "looked at the delivery"),
        "list_stock": ("查看存貨", "查看库存", "looked at the stock"),
        "change_address": ("更改送貨地址", "更改送货地址", "change of the delivery address"),
        "change_delivery_slot": ("更改送貨時段", "更改送货时段", "change of the delivery time"),
        "cancel_order": ("取消訂單", "取消订单", "cancellation of the order"),
        "request_return": ("申請退貨", "申请退货", "request of a return"),
        "request_exchange": ("申請換貨", "申请换货", "request of an exchange"),
        "report_item": ("報告缺件或損壞", "报告缺件或损坏", "report of a missing or damaged item"),
        "request_invoice": ("索取發票", "索取发票", "request of an invoice"),
        "update_contact": ("更新聯絡資料", "更新联系资料", "change of the contact data"),
        "change_payment_method": ("更改付款方式", "更改付款方式", "change of the payment method"),
        "submit_claim": ("提交索償通知", "提交理赔通知", "notice of a claim"),
        "check_deed": ("確認先前的辦理結果", "确认先前的办理结果", "check of an earlier outcome"),
    }
)
_HOW: Mapping[str, _Words] = MappingProxyType(
    {
        "shown": ("已顯示", "已显示", "shown"),
        "checked": ("核對成功", "核对成功", "the check succeeded"),
        "check_failed": ("核對失敗", "核对失败", "the check failed"),
        "done": ("已完成", "已完成", "done"),
        "refused": ("系統不接受", "系统不接受", "refused by the system"),
        "unknown": ("結果未明", "结果未明", "outcome unknown"),
        "not_found": ("找不到", "找不到", "not found"),
        "not_permitted": ("不獲准許", "不获准许", "not permitted"),
        "unavailable": ("系統未能回應", "系统未能回应", "the system did not answer"),
        "not_connected": ("系統未連接", "系统未连接", "no system connected"),
    }
)
_BOT: _Words = ("客戶服務機械人", "客户服务机器人", "The service bot")
_PERSON: _Words = ("客戶服務員", "客户服务员", "A member of staff")


def tell(*, actor: str, action: str, thing: str, outcome: str) -> dict[str, str]:
    """One line in each language; no name of staff, no field, nothing but the thing's own number."""
    who = _BOT if actor == "bot" else _PERSON
    what = _WHAT.get(action, (action, action, action))
    how = _HOW.get(outcome, (outcome, outcome, outcome))
    kind, _, number = thing.partition(":")
    about = f" {number}" if kind in {"order", "policy", "article"} and number not in {"", "-"} else ""
    return {
        "zh-HK": f"{who[0]}{what[0]}{about}：{how[0]}",
        "zh-Hans": f"{who[1]}{what[1]}{about}：{how[1]}",
        "en": f"{who[2]}: {what[2]}{about} ({how[2]})",
    }


def known_actions() -> frozenset[str]:
    """The actions that have words."""
    return frozenset(_WHAT)


def known_outcomes() -> frozenset[str]:
    """The outcomes that have words."""
    return frozenset(_HOW)
