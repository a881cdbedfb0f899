"""What a contract owes: hours due, by which instrument and holder, changed by amendments, shared by pooling."""
