"""Commands about the installation itself: made, served, backed up, checked."""
