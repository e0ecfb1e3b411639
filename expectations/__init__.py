"""The gates: suites as code over landed facts and marts; they judge and never change data."""
