"""A time-stamping authority of one's own, for trials: openssl makes its key and certificate."""

import subprocess
from pathlib import Path

CONFIG = """
[ tsa ]
default_tsa = levier_tsa
[ levier_tsa ]
serial = {here}/serial
signer_cert = {here}/tsa.pem
signer_key = {here}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ req ]
distinguished_name = dn
x509_extensions = stamping
prompt = no
[ dn ]
CN = Autorite d'essai
[ stamping ]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
"""


def authority_in(folder: Path) -> tuple[Path, Path]:
    """Its configuration and its certificate."""
    config = folder / "tsa.cnf"
    config.write_text(CONFIG.format(here=folder), encoding="ascii")
    (folder / "serial").write_text("01\n", encoding="ascii")
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config", str(config)]
    subprocess.run(
        [*words, "-keyout", str(folder / "tsa.key"), "-out", str(folder / "tsa.pem")], check=True, capture_output=True
    )
    return config, folder / "tsa.pem"
