"""Tests of scripts/lib/ed25519.py: RFC 8032's vectors, and the one that fix-specs publishes."""

import base64
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "lib"))

from ed25519 import public_key, seed_of_pem, sign, verify  # noqa: E402

# RFC 8032, section 7.1, TEST 1 to 3: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def row(name: str) -> str:
    page = (ROOT / "fix-specs" / "signature-logon.md").read_text()
    found = re.search(rf"^\| {re.escape(name)} \| `([^`]*)` \|$", page, re.MULTILINE)
    if found is None:
        raise AssertionError(f"no row {name}")
    return found.group(1)


class Ed25519Test(unittest.TestCase):
    def test_signs_and_verifies_as_the_rfc_says(self) -> None:
        for seed, key, message, signature in RFC_8032:
            self.assertEqual(public_key(bytes.fromhex(seed)).hex(), key)
            self.assertEqual(sign(bytes.fromhex(seed), bytes.fromhex(message)).hex(), signature)
            self.assertTrue(
                verify(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))
            )

    def test_one_changed_bit_is_found(self) -> None:
        seed, key, message, signature = (bytes.fromhex(part) for part in RFC_8032[2])
        for at in (0, 31, 32, 63):
            wrong = bytearray(signature)
            wrong[at] ^= 1
            self.assertFalse(verify(key, message, bytes(wrong)))
        self.assertFalse(verify(key, message + b"x", signature))
        self.assertFalse(verify(public_key(bytes(32)), message, signature))

    def test_published_vector_is_right(self) -> None:
        seed = bytes.fromhex(row("Secret key (seed), hex"))
        key = base64.b64decode(row("Public key, base64"))
        signed = bytes.fromhex(row("Signed, hex"))
        signature = base64.b64decode(row("Signature, base64"))
        self.assertEqual(signed, row("Signed, SOH shown as a bar").replace("|", "\x01").encode())
        self.assertEqual(public_key(seed), key)
        self.assertEqual(sign(seed, signed), signature)
        self.assertTrue(verify(key, signed, signature))

    def test_seed_of_a_pem_file(self) -> None:
        body = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
        pem = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
        self.assertEqual(seed_of_pem(pem), bytes(range(32)))
        with self.assertRaises(ValueError):
            seed_of_pem(pem.replace("PRIVATE", "PUBLIC"))


if __name__ == "__main__":
    unittest.main()
