"""Many submissions: processes that grade them, a class as tables and pages."""
