"""All operations. Written by tools.generate_client; change nothing here."""

from matcha.client.operations.accounts import AccountsOperations
from matcha.client.operations.dialogue import DialogueOperations
from matcha.client.operations.feeds import FeedsOperations
from matcha.client.operations.forums import ForumsOperations
from matcha.client.operations.health import HealthOperations
from matcha.client.operations.judgements import JudgementsOperations
from matcha.client.operations.log import LogOperations
from matcha.client.operations.matching import MatchingOperations
from matcha.client.operations.needs import NeedsOperations
from matcha.client.operations.neutrality import NeutralityOperations
from matcha.client.operations.opendata import OpendataOperations
from matcha.client.operations.outcomes import OutcomesOperations
from matcha.client.operations.profiles import ProfilesOperations
from matcha.client.operations.proposals import ProposalsOperations
from matcha.client.operations.requests import RequestsOperations
from matcha.client.operations.screening import ScreeningOperations
from matcha.client.operations.session import SessionOperations
from matcha.client.operations.upkeep import UpkeepOperations

__all__ = ["Operations"]


class Operations(
    AccountsOperations,
    DialogueOperations,
    FeedsOperations,
    ForumsOperations,
    HealthOperations,
    JudgementsOperations,
    LogOperations,
    MatchingOperations,
    NeedsOperations,
    NeutralityOperations,
    OpendataOperations,
    OutcomesOperations,
    ProfilesOperations,
    ProposalsOperations,
    RequestsOperations,
    ScreeningOperations,
    SessionOperations,
    UpkeepOperations,
):
    """Every operation of the API, a method each."""
