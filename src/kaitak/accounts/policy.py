"""Owns who may do what: every permission of the program and the roles that carry it. Pure."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member is in an account."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    AGENT = "agent"


class Availability(StrEnum):
    """Whether a member takes conversations now."""

    ONLINE = "online"
    BUSY = "busy"
    OFFLINE = "offline"


class Permission(StrEnum):
    """Something a route lets its caller do; every route of an account declares one."""

    READ_ACCOUNT = "read_account"
    MANAGE_ACCOUNT = "manage_account"
    READ_AGENTS = "read_agents"
    MANAGE_AGENTS = "manage_agents"
    READ_TEAMS = "read_teams"
    MANAGE_TEAMS = "manage_teams"
    OWN_PROFILE = "own_profile"
    OWN_ACCESS_TOKENS = "own_access_tokens"
    ALL_ACCESS_TOKENS = "all_access_tokens"
    READ_AUDIT_LOG = "read_audit_log"
    READ_INBOXES = "read_inboxes"
    MANAGE_INBOXES = "manage_inboxes"
    READ_CONVERSATIONS = "read_conversations"
    WRITE_CONVERSATIONS = "write_conversations"
    ALL_CONVERSATIONS = "all_conversations"
    READ_CONTACTS = "read_contacts"
    WRITE_CONTACTS = "write_contacts"
    MERGE_CONTACTS = "merge_contacts"
    MANAGE_PERSONAL_DATA = "manage_personal_data"
    MANAGE_CONTACTS = "manage_contacts"
    EXPORT_CONTACTS = "export_contacts"
    READ_BUSINESS = "read_business"
    ACT_ON_BUSINESS = "act_on_business"
    MANAGE_BUSINESS = "manage_business"
    READ_CANNED_RESPONSES = "read_canned_responses"
    MANAGE_CANNED_RESPONSES = "manage_canned_responses"
    READ_LABELS = "read_labels"
    MANAGE_LABELS = "manage_labels"
    READ_DELIVERIES = "read_deliveries"
    REPLAY_DELIVERIES = "replay_deliveries"
    READ_REPORTS = "read_reports"
    READ_PACKS = "read_packs"
    MANAGE_PACKS = "manage_packs"
    TRAIN_MODELS = "train_models"
    READ_KNOWLEDGE = "read_knowledge"
    MANAGE_KNOWLEDGE = "manage_knowledge"
    READ_LANGUAGE_MODEL = "read_language_model"
    MANAGE_LANGUAGE_MODEL = "manage_language_model"
    STREAM = "stream"


_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
_SUPERVISORS = _ADMINISTRATORS | {Role.SUPERVISOR}
_EVERYBODY = frozenset(Role)

HOLDERS: dict[Permission, frozenset[Role]] = {
    Permission.READ_ACCOUNT: _EVERYBODY,
    Permission.MANAGE_ACCOUNT: _ADMINISTRATORS,
    Permission.READ_AGENTS: _EVERYBODY,
    Permission.MANAGE_AGENTS: _ADMINISTRATORS,
    Permission.READ_TEAMS: _EVERYBODY,
    Permission.MANAGE_TEAMS: _SUPERVISORS,
    Permission.OWN_PROFILE: _EVERYBODY,
    Permission.OWN_ACCESS_TOKENS: _EVERYBODY,
    Permission.ALL_ACCESS_TOKENS: _ADMINISTRATORS,
    Permission.READ_AUDIT_LOG: _ADMINISTRATORS,
    Permission.READ_INBOXES: _EVERYBODY,
    Permission.MANAGE_INBOXES: _ADMINISTRATORS,
    Permission.READ_CONVERSATIONS: _EVERYBODY,
    Permission.WRITE_CONVERSATIONS: _EVERYBODY,
    Permission.ALL_CONVERSATIONS: _SUPERVISORS,
    Permission.READ_CONTACTS: _EVERYBODY,
    Permission.WRITE_CONTACTS: _EVERYBODY,
    Permission.MERGE_CONTACTS: _SUPERVISORS,
    Permission.MANAGE_PERSONAL_DATA: _SUPERVISORS,
    Permission.MANAGE_CONTACTS: _SUPERVISORS,
    Permission.EXPORT_CONTACTS: _SUPERVISORS,
    Permission.READ_BUSINESS: _EVERYBODY,
    Permission.ACT_ON_BUSINESS: _EVERYBODY,
    Permission.MANAGE_BUSINESS: _ADMINISTRATORS,
    Permission.READ_CANNED_RESPONSES: _EVERYBODY,
    Permission.MANAGE_CANNED_RESPONSES: _EVERYBODY,
    Permission.READ_LABELS: _EVERYBODY,
    Permission.MANAGE_LABELS: _SUPERVISORS,
    Permission.READ_DELIVERIES: _SUPERVISORS,
    Permission.REPLAY_DELIVERIES: _SUPERVISORS,
    Permission.READ_REPORTS: _SUPERVISORS,
    Permission.READ_PACKS: _SUPERVISORS,
    Permission.MANAGE_PACKS: _ADMINISTRATORS,
    Permission.TRAIN_MODELS: _SUPERVISORS,
    Permission.READ_KNOWLEDGE: _EVERYBODY,
    Permission.MANAGE_KNOWLEDGE: _SUPERVISORS,
    Permission.READ_LANGUAGE_MODEL: _SUPERVISORS,
    Permission.MANAGE_LANGUAGE_MODEL: _ADMINISTRATORS,
    Permission.STREAM: _EVERYBODY,
}

_OF_ROLE = {role: frozenset(str(p) for p, holders in HOLDERS.items() if role in holders) for role in Role}


def permissions_of(role: str) -> frozenset[str]:
    """The permissions that a role carries."""
    return _OF_ROLE[Role(role)]
