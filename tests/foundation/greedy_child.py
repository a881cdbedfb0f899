"""What a hostile file can make its reader do, to see the child stopped and the parent alive."""

import os
import time
from tempfile import TemporaryFile


def answer(payload: bytes) -> bytes:
    match payload:
        case b"memory":
            return bytes(len(bytearray(3_000_000_000)))
        case b"time":
            end = time.process_time() + 60
            while time.process_time() < end:
                pass
            return b"never"
        case b"write":
            with TemporaryFile() as file:
                file.write(b"x" * 100)
            return b"written"
        case b"environment":
            return "\n".join(sorted(os.environ)).encode()
        case b"fault":
            raise ValueError(payload)
    return payload[::-1]
