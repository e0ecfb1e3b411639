"""Sample submissions and the generator that writes them from structured truth."""
