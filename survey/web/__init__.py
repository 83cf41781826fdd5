"""What all pages share: installation, security, errors, filters, language."""
