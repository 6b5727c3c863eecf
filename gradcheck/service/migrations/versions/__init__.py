"""What became of the tables, step by step; a file that was released is never changed."""
