"""How code under test is called, and what its answers are: names, call programs, results."""
