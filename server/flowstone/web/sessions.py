"""Who is signed in: one-time tokens that begin sessions, and the sessions themselves, which outlive a restart."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from flowstone.errors.web import TooManyFailures

TOKEN_LIFE_S = 600.0
SESSION_LIFE_S = 30 * 86_400.0
MAX_SESSIONS = 200
MAX_TOKENS = 100
SECRET_BYTES = 32
FAILURES_A_MINUTE = 20
"""How many wrong tokens or passwords are looked at in a minute; those after are refused unseen."""

Clock = Callable[[], float]


def _hash(secret: str) -> str:
    """Return what is kept of a random secret. It has 256 bits, so that a plain hash cannot be turned back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that signed in. Only hashes of its secrets are kept. Units: began_at in epoch seconds."""

    cookie_hash: str
    key_hash: str
    began_at: float

    def has_key(self, key: str | None) -> bool:
        """Say whether a key is this session's."""
        return key is not None and hmac.compare_digest(_hash(key), self.key_hash)

    def is_over(self, now: float) -> bool:
        """Say whether the session has lived its time, or begins in the future of a clock set back."""
        return not now - SESSION_LIFE_S < self.began_at <= now + 86_400


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session's two secrets, on their only way to the browser."""

    cookie: str
    key: str
    session: Session


class OneTimeTokens:
    """Tokens for start links: each is good once, for ten minutes, and known to nobody but its link."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, float] = {}

    def issue(self) -> str:
        """Return a fresh token."""
        self._forget_old()
        while len(self._issued) >= MAX_TOKENS:
            del self._issued[next(iter(self._issued))]
        token = secrets.token_urlsafe(SECRET_BYTES)
        self._issued[_hash(token)] = self._clock()
        return token

    def redeem(self, token: str) -> bool:
        """Say whether a token is good, and make it bad."""
        self._forget_old()
        return self._issued.pop(_hash(token), None) is not None

    def _forget_old(self) -> None:
        now = self._clock()
        self._issued = {token: at for token, at in self._issued.items() if now - at < TOKEN_LIFE_S}


class Throttle:
    """Counts failures in the last minute, so that secrets cannot be guessed in bulk."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed_at: list[float] = []

    def check(self) -> None:
        """Let another try be looked at. Raises: TooManyFailures, when there were too many of late."""
        now = self._clock()
        self._failed_at = [at for at in self._failed_at if now - at < 60]
        if len(self._failed_at) >= FAILURES_A_MINUTE:
            raise TooManyFailures("Too many tries", hint="Wait a minute.")

    def count(self) -> None:
        """Count one failure."""
        self._failed_at.append(self._clock())


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """What is kept of a password. Source: RFC 7914, with 16 MiB of memory for one look."""

    salt: str
    digest: str

    @classmethod
    def of(cls, password: str, salt: str | None = None) -> PasswordCheck:
        """Return the check of a password, with a fresh salt unless one is given."""
        salt = salt or secrets.token_hex(16)
        digest = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=bytes.fromhex(salt), n=2**14, r=8, p=1)
        return cls(salt, digest.hex())

    def fits(self, password: str) -> bool:
        """Say whether this is the password."""
        return hmac.compare_digest(PasswordCheck.of(password, self.salt).digest, self.digest)


class Sessions:
    """The sessions of a server, in memory and in a file that its owner alone may read."""

    def __init__(self, file: Path, *, clock: Clock, password: str | None = None) -> None:
        """Read the file. A changed password ends the sessions that it holds; a damaged file holds none."""
        self._file = file
        self._clock = clock
        self._saving = asyncio.Lock()
        self._ended: list[Callable[[Session], None]] = []
        kept, check = _read(file)
        is_same = check is None if password is None else check is not None and check.fits(password)
        self._password = None if password is None else check if is_same else PasswordCheck.of(password)
        now = clock()
        self._by_cookie = {s.cookie_hash: s for s in kept if is_same and not s.is_over(now)}

    def on_end(self, listener: Callable[[Session], None]) -> None:
        """Tell the listener of every session that ends, so that its sockets are closed."""
        self._ended.append(listener)

    def accepts_password(self, password: str) -> bool:
        """Say whether this is the server's password; False when it has none. Takes about 50 ms."""
        return self._password is not None and self._password.fits(password)

    async def begin(self) -> NewSession:
        """Begin a session, kept on disk when this returns. Raises: DiskFull."""
        cookie, key = secrets.token_urlsafe(SECRET_BYTES), secrets.token_urlsafe(SECRET_BYTES)
        session = Session(_hash(cookie), _hash(key), self._clock())
        self._by_cookie[session.cookie_hash] = session
        while len(self._by_cookie) > MAX_SESSIONS:
            self._drop(next(iter(self._by_cookie.values())))
        await self._save()
        return NewSession(cookie, key, session)

    def find(self, cookie: str | None) -> Session | None:
        """Return the session of a cookie, None where there is none or its time is over."""
        session = self._by_cookie.get(_hash(cookie)) if cookie else None
        if session is not None and session.is_over(self._clock()):
            self._drop(session)
            return None
        return session

    def is_live(self, session: Session) -> bool:
        """Say whether a session still goes on."""
        return session.cookie_hash in self._by_cookie and not session.is_over(self._clock())

    async def end(self, session: Session) -> None:
        """End a session; on disk too when this returns. Raises: DiskFull."""
        self._drop(session)
        await self._save()

    def _drop(self, session: Session) -> None:
        if self._by_cookie.pop(session.cookie_hash, None) is not None:
            for listener in self._ended:
                listener(session)

    async def _save(self) -> None:
        async with self._saving:
            await asyncio.to_thread(_write, self._file, tuple(self._by_cookie.values()), self._password)


def _read(file: Path) -> tuple[list[Session], PasswordCheck | None]:
    try:
        stored = json.loads(file.read_text("utf-8"))
        sessions = [Session(**entry) for entry in stored["sessions"]]
        check = PasswordCheck(**stored["password"]) if stored["password"] else None
        return [replace(session, began_at=float(session.began_at)) for session in sessions], check
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return [], None


def _write(file: Path, sessions: tuple[Session, ...], check: PasswordCheck | None) -> None:
    from flowstone.disk.publish import publish

    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored = {
        "sessions": [asdict(session) for session in sessions],
        "password": asdict(check) if check else None,
    }
    publish(file, json.dumps(stored, indent=1).encode(), private=True)
