"""The full report, section by section: each function turns a Dossier into blocks, alone, and names its heading."""
