"""What is asked of the code and of what it stands on before a release: known weak spots, known holes, what is in it."""
