"""Any body with a SIRET: buyers, companies, insertion structures (*SIAE*), prescribers, facilitator bodies."""
