"""Opens a game: how it converges, what its layers hold, where its judgement comes from."""
