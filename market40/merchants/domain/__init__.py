"""Rules of markets, stalls, vendors, accounts and issued codes; no I/O."""
