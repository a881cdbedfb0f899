from django.contrib.auth.hashers import Argon2PasswordHasher


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 32 MiB a hash: Django's default asks 100 MiB, which a burst of sign-ins turns into an outage on a
    machine of 2 cores (reliability.md section 2.4).
    """

    time_cost = 3
    memory_cost = 32_768
    parallelism = 1
