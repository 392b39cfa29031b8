"""All operations, awaited. Written by tools.generate_client; change nothing here."""

from matcha.client.async_operations.accounts import AsyncAccountsOperations
from matcha.client.async_operations.dialogue import AsyncDialogueOperations
from matcha.client.async_operations.feeds import AsyncFeedsOperations
from matcha.client.async_operations.forums import AsyncForumsOperations
from matcha.client.async_operations.health import AsyncHealthOperations
from matcha.client.async_operations.judgements import AsyncJudgementsOperations
from matcha.client.async_operations.log import AsyncLogOperations
from matcha.client.async_operations.matching import AsyncMatchingOperations
from matcha.client.async_operations.needs import AsyncNeedsOperations
from matcha.client.async_operations.neutrality import AsyncNeutralityOperations
from matcha.client.async_operations.opendata import AsyncOpendataOperations
from matcha.client.async_operations.outcomes import AsyncOutcomesOperations
from matcha.client.async_operations.profiles import AsyncProfilesOperations
from matcha.client.async_operations.proposals import AsyncProposalsOperations
from matcha.client.async_operations.requests import AsyncRequestsOperations
from matcha.client.async_operations.screening import AsyncScreeningOperations
from matcha.client.async_operations.session import AsyncSessionOperations
from matcha.client.async_operations.upkeep import AsyncUpkeepOperations

__all__ = ["AsyncOperations"]


class AsyncOperations(
    AsyncAccountsOperations,
    AsyncDialogueOperations,
    AsyncFeedsOperations,
    AsyncForumsOperations,
    AsyncHealthOperations,
    AsyncJudgementsOperations,
    AsyncLogOperations,
    AsyncMatchingOperations,
    AsyncNeedsOperations,
    AsyncNeutralityOperations,
    AsyncOpendataOperations,
    AsyncOutcomesOperations,
    AsyncProfilesOperations,
    AsyncProposalsOperations,
    AsyncRequestsOperations,
    AsyncScreeningOperations,
    AsyncSessionOperations,
    AsyncUpkeepOperations,
):
    """Every operation of the API, a method each."""
