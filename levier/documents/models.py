"""Documents that were produced and kept, with the fingerprint of their bytes."""

from django.db import models


class CertificateDocument(models.Model):
    """The PDF of a certificate, as it was sealed."""

    certificate = models.OneToOneField("compliance.Certificate", models.PROTECT, related_name="+")
    file = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")
