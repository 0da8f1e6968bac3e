"""Rules of payments, without input or output."""
