"""The operator's window: one module a page, each with its router and what it shows."""
