"""People's own tables (Excel, ODS, CSV): opened in a child process, their header found, their cells read and never executed."""
