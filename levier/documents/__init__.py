"""What is typeset and kept: certificates (*attestations*) as sealed, accessible PDF files."""
