"""How papers look: documents to PDF, HTML, DOCX, XLSX, JSON. The only place that knows reportlab."""
