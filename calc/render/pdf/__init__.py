"""Document to PDF: text layout, boxes, tables, pages."""
