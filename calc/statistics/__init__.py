"""What else the answers say: sample, reliability, correlation, priority, certainty, disclosure control."""
