"""The tables, and the forms that people and programs fill in to make their rows. One file a noun."""

from matcha.records.account import Account, AccountChange, AccountForm, AccountSession, ApiKey, KeyForm
from matcha.records.act import Act, Attachment, Weighting, WeightingForm
from matcha.records.actor import Actor, ActorForm, Contact, ContactForm
from matcha.records.decision import Decision, DecisionForm
from matcha.records.erasure import ErasureForm
from matcha.records.identity import Change, StoreIdentity
from matcha.records.job import Answered, Job, JobItem, NeedReading
from matcha.records.log import LogEntry, LogObject, LogPayload, ProfileEntry
from matcha.records.need import LockForm, Need, NeedForm, PurposeForm
from matcha.records.profile import Certificate, Passage, Profile, ProfileForm, ProfileVersion, VersionReading
from matcha.records.proposal import Proposal, RulingForm, Subscription, SubscriptionForm
from matcha.records.request import Request, RequestForm, RequestKind, SettlementForm
from matcha.records.statistics import FrozenStatistics

__all__ = [
    "Account",
    "AccountChange",
    "AccountForm",
    "AccountSession",
    "Act",
    "Actor",
    "ActorForm",
    "Answered",
    "ApiKey",
    "Attachment",
    "Certificate",
    "Change",
    "Contact",
    "ContactForm",
    "Decision",
    "DecisionForm",
    "ErasureForm",
    "FrozenStatistics",
    "Job",
    "JobItem",
    "KeyForm",
    "LockForm",
    "LogEntry",
    "LogObject",
    "LogPayload",
    "Need",
    "NeedForm",
    "NeedReading",
    "Passage",
    "Profile",
    "ProfileEntry",
    "ProfileForm",
    "ProfileVersion",
    "Proposal",
    "PurposeForm",
    "Request",
    "RequestForm",
    "RequestKind",
    "RulingForm",
    "SettlementForm",
    "StoreIdentity",
    "Subscription",
    "SubscriptionForm",
    "VersionReading",
    "Weighting",
    "WeightingForm",
]
