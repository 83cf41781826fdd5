"""Work in the background: jobs in the store, and the processes that do them."""
