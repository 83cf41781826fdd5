"""One installation on a machine: opened, backed up, restored, maintained, served."""
