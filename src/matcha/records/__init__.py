"""The tables, and the forms that people and programs fill in to make their rows. One file a noun."""

from matcha.records.actor import Actor, ActorForm, Contact, ContactForm
from matcha.records.decision import Decision, DecisionForm
from matcha.records.identity import StoreIdentity
from matcha.records.need import Need, NeedForm
from matcha.records.profile import Passage, Profile, ProfileForm, ProfileVersion
from matcha.records.statistics import FrozenStatistics

__all__ = [
    "Actor",
    "ActorForm",
    "Contact",
    "ContactForm",
    "Decision",
    "DecisionForm",
    "FrozenStatistics",
    "Need",
    "NeedForm",
    "Passage",
    "Profile",
    "ProfileForm",
    "ProfileVersion",
    "StoreIdentity",
]
