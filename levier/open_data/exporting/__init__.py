"""Our contracts out: essential data (DECP, JSON and XML) and OCDS, only records that are complete, with what the others lack."""
