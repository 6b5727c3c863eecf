"""How the tables come about, one step a file; `gradcheck.service.database` takes the steps."""
