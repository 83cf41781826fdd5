"""The full report, section by section: each function turns a ReportData into blocks, alone, and names its heading."""
