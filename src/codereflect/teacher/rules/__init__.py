"""The teacher without a language model: facts about a mistake, put into words by templates."""
