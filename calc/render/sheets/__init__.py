"""Single pages placed by hand: certificate, notice, sheets with QR codes."""
