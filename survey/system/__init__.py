"""The machine below: locks, disks, processes, the request log. No domain."""
