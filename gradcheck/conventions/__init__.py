"""How people write it, one file each: from names and signatures to a Subject."""
