"""Files that a reader sees as they were or as they are, never in part."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, text: str, *, lasting: bool = True) -> None:
    """Write a file by way of a temporary one beside it; raises OSError.

    Where a link stands, what it leads to is replaced; what is no regular file, such as a pipe, is written to as it is.
    What is not `lasting` may be lost when the power fails: it is not waited for the disk.
    """
    target = path.resolve()
    if target.exists() and not target.is_file() and not target.is_dir():
        target.write_bytes(text.encode("utf-8", "backslashreplace"))
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        Path(name).chmod(0o644)  # mkstemp makes files that only their owner reads; CI hands this one on
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
