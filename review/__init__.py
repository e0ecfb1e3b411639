"""The stewards' desk: failed checks, their source cells, and what people decided about them."""
