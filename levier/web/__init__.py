"""What people see: pages, forms, the public calculators, and the gate that decides who may open which address."""
