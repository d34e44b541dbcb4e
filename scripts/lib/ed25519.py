"""Ed25519 (RFC 8032) in plain Python, for trials and tests.

It takes milliseconds, and its time depends on the secret key: never use it where others can measure.
"""

import base64
import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)
# PrivateKeyInfo of an Ed25519 key up to its seed: RFC 8410, section 7.
SECRET_HEAD = bytes.fromhex("302e020100300506032b657004220420")

# A point is (X, Y, Z, T) with x = X/Z, y = Y/Z and xy = T/Z.
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def _x_of(y: int, sign: int) -> int:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_ONE % P
    if (x * x - square) % P or y >= P or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    return P - x if x % 2 != sign else x


def _add(a: Point, b: Point) -> Point:
    m = (a[1] - a[0]) * (b[1] - b[0]) % P
    n = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = n - m, z - t, z + t, n + m
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(scalar: int, point: Point) -> Point:
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _point(x: int, y: int) -> Point:
    return (x, y, 1, x * y % P)


BASE = _point(_x_of(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P)


def _encode(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decode(data: bytes) -> Point:
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    return _point(_x_of(y, number >> 255), y)


def _number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def _expanded(seed: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return scalar, digest[32:]


def public_key(seed: bytes) -> bytes:
    return _encode(_times(_expanded(seed)[0], BASE))


def sign(seed: bytes, message: bytes) -> bytes:
    scalar, prefix = _expanded(seed)
    nonce = _number(prefix, message)
    commitment = _encode(_times(nonce, BASE))
    challenge = _number(commitment, public_key(seed), message)
    return commitment + ((nonce + challenge * scalar) % ORDER).to_bytes(32, "little")


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    response = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or response >= ORDER:
        return False
    try:
        owner, commitment = _decode(key), _decode(signature[:32])
    except ValueError:
        return False
    challenge = _number(signature[:32], key, message)
    return _encode(_times(response, BASE)) == _encode(_add(commitment, _times(challenge, owner)))


def seed_of_pem(text: str) -> bytes:
    """The seed in a PKCS #8 PEM, as `sluice --make-key` and `openssl genpkey` write it."""
    first, *body, _ = text.strip().splitlines()
    data = base64.b64decode("".join(body))
    if "PRIVATE KEY" not in first or not data.startswith(SECRET_HEAD) or len(data) != 48:
        raise ValueError("expected an Ed25519 secret key as PKCS #8 PEM")
    return data[len(SECRET_HEAD) :]
