"""Tables of numbers and categories: columns to arrays and back, and the networks between them."""
