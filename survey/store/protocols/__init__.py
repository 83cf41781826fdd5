"""What `survey.store.Store` promises, one Protocol for each noun."""
