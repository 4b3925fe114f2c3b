"""Registering, loading and promoting taggers."""
