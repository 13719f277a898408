"""A package, so that the demo and the browser that these tests share end with the last of them."""
