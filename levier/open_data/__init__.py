"""The published data of public contracts (*DECP*): read, judged record by record, kept with their history."""
