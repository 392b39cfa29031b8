"""The tables, and the forms that people and programs fill in to make their rows. One file a noun."""

from matcha.records.actor import Actor, ActorForm, Contact, ContactForm
from matcha.records.decision import Decision, DecisionForm
from matcha.records.erasure import ErasureForm
from matcha.records.identity import StoreIdentity
from matcha.records.log import LogEntry, LogObject, LogPayload, ProfileEntry
from matcha.records.need import LockForm, Need, NeedForm, PurposeForm
from matcha.records.profile import Passage, Profile, ProfileForm, ProfileVersion, VersionReading
from matcha.records.statistics import FrozenStatistics

__all__ = [
    "Actor",
    "ActorForm",
    "Contact",
    "ContactForm",
    "Decision",
    "DecisionForm",
    "ErasureForm",
    "FrozenStatistics",
    "LockForm",
    "LogEntry",
    "LogObject",
    "LogPayload",
    "Need",
    "NeedForm",
    "Passage",
    "Profile",
    "ProfileEntry",
    "ProfileForm",
    "ProfileVersion",
    "PurposeForm",
    "StoreIdentity",
    "VersionReading",
]
