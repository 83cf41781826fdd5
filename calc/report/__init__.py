"""Papers: functions from a frozen Result to the bytes of a PDF. The only place that knows reportlab."""
