"""Real Postgres and Redis from wheels, and the supervision of every process. Imports no Django."""
