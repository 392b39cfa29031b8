"""From what people wrote to the sentences that are encoded."""
