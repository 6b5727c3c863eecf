"""How functions, layers and networks are read that no component knows: one kind in each module."""
