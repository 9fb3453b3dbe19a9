"""What real programs make of a finished series: a module for each family, and the table of it all."""
