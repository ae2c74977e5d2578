"""Images: data sets, generators and discriminators for them, and how they are trained."""
