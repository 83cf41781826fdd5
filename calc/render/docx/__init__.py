"""Document to DOCX."""
