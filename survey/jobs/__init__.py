"""Work in the background: papers and backups."""
