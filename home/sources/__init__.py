"""What the Sources pages show: the sources with their counts, their addresses, and why a passage is found."""
