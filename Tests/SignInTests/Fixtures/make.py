#!/usr/bin/env python3
"""Makes tokens.json: keys of every kind as a JWKS, good tokens of every algorithm, and tokens of attacks on them; and SignInTokens.swift
of the scenarios, whose tokens are good until 2100. The keys are made anew and thrown away, so both differ each time; they are made
once, by Python's `cryptography`."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

# 2026-11-30 08:00:00 UTC, and an hour later.
NOW = 1_796_025_600
CLAIMS = {"iss": "https://id.example", "aud": "drover", "sub": "ann", "exp": NOW + 3600, "nbf": NOW, "iat": NOW}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value) -> str:
    return b64(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
EC = {name: ec.generate_private_key(curve) for name, curve in CURVES.items()}
ED = ed25519.Ed25519PrivateKey.generate()
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
SIZES = {"ES256": 32, "ES384": 48, "ES512": 66}


def sign(alg: str, data: bytes, key=None) -> bytes:
    if alg[:2] == "RS":
        return (key or RSA).sign(data, padding.PKCS1v15(), HASHES[alg[2:]])
    if alg[:2] == "PS":
        digest = HASHES[alg[2:]]
        return (key or RSA).sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    if alg[:2] == "ES":
        r, s = decode_dss_signature((key or EC[alg]).sign(data, ec.ECDSA(HASHES[alg[2:]])))
        return r.to_bytes(SIZES[alg], "big") + s.to_bytes(SIZES[alg], "big")
    return (key or ED).sign(data)


def token(alg: str, claims=None, header=None, signed_as=None, key=None) -> str:
    head = {"alg": alg, "typ": "JWT", "kid": KIDS.get(alg)} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    text = part(head) + "." + part(CLAIMS if claims is None else claims)
    return text + "." + b64(sign(signed_as or alg, text.encode(), key))


KIDS = {f"{kind}{size}": "rsa" for kind in ("RS", "PS") for size in HASHES}
KIDS |= {"ES256": "p256", "ES384": "p384", "ES512": "p521", "EdDSA": "ed"}


def rsa_key(key, kid: str, **more) -> dict:
    public = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "n": number(public.n), "e": number(public.e)} | more


def ec_key(alg: str) -> dict:
    public = EC[alg].public_key().public_numbers()
    x, y = (b64(value.to_bytes(SIZES[alg], "big")) for value in (public.x, public.y))
    return {"kty": "EC", "crv": {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[alg], "kid": KIDS[alg], "x": x, "y": y}


raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
ED_KEY = {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": b64(ED.public_key().public_bytes(*raw))}
off_curve = ec_key("ES256") | {"kid": "off-curve", "y": b64(b"\1" * 32)}
JWKS = {
    "keys": [
        rsa_key(RSA, "rsa", use="sig"), ec_key("ES256"), ec_key("ES384") | {"alg": "ES384"}, ec_key("ES512"), ED_KEY,
        # Not to be used: too weak, for something else, with a secret, on no curve, of an unknown kind.
        rsa_key(WEAK, "weak"), rsa_key(RSA, "enc", use="enc"), rsa_key(RSA, "ops", key_ops=["encrypt"]),
        rsa_key(RSA, "hmac", alg="HS256"), {"kty": "oct", "kid": "secret", "k": b64(b"secret")}, off_curve,
        {"kty": "OKP", "crv": "X25519", "kid": "x", "x": ED_KEY["x"]},
    ]
}


def with_secret(secret: bytes) -> str:
    text = part({"alg": "HS256", "typ": "JWT", "kid": "rsa"}) + "." + part(CLAIMS)
    return text + "." + b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())


PEM = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
good = {alg: token(alg) for alg in KIDS}
head, body, signature = good["RS256"].split(".")
other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
other_ed = ed25519.Ed25519PrivateKey.generate()
psychic = ".".join(good["ES256"].split(".")[:2]) + "." + b64(bytes(64))
attacks = {
    # What they are refused as: a guess, or without a word about a guess.
    "none": part({"alg": "none"}) + "." + body + ".",
    "None in another case": part({"alg": "nOnE"}) + "." + body + "." + signature,
    "HMAC with the public key in PEM": with_secret(PEM),
    "HMAC with the modulus": with_secret(RSA.public_key().public_numbers().n.to_bytes(256, "big")),
    "HMAC with an empty secret": with_secret(b""),
    "another key, the same id": token("RS256", key=other),
    "another key in the header": token("RS256", header={"jwk": rsa_key(other, "rsa"), "jku": "http://127.0.0.1:1/"}, key=other),
    "another key, EdDSA": token("EdDSA", key=other_ed),
    "claims of somebody else": head + "." + part(CLAIMS | {"sub": "root"}) + "." + signature,
    "a bit of the signature": head + "." + body + "." + ("A" if signature[0] != "A" else "B") + signature[1:],
    "no signature": head + "." + body + ".",
    "a signature of nothing but zeros": psychic,
    "PSS for PKCS 1": token("RS256", signed_as="PS256"),
    "PKCS 1 for PSS": token("PS256", signed_as="RS256"),
    "another hash": token("RS256", signed_as="RS512"),
    "crit": token("RS256", header={"crit": ["exp"]}),
    "b64 false": token("RS256", header={"b64": False, "crit": ["b64"]}),
    "no algorithm": part({"kid": "rsa"}) + "." + body + "." + signature,
    "the key's id is a number": token("RS256", header={"kid": 7}),
    "padding": head + "==." + body + "." + signature,
    "a fourth part": good["RS256"] + ".e30",
    "a member twice": b64(b'{"alg":"RS256","kid":"rsa","alg":"RS256"}') + "." + body + "." + signature,
    "no JSON": b64(b"{") + "." + body + "." + signature,
    "claims that are a list": token("RS256", claims=[CLAIMS]),
    "a claim twice": "",
    "huge": token("RS256", claims=CLAIMS | {"x": "y" * 20_000}),
    "deep": token("RS256", claims=CLAIMS | {"x": json.loads("[" * 40 + "]" * 40)}),
    "a trailing bit": "",
}
text = head + "." + b64(json.dumps(CLAIMS, separators=(",", ":")).encode()[:-1] + b',"sub":"root"}')
attacks["a claim twice"] = text + "." + b64(sign("RS256", text.encode()))
# Ed25519's 64 bytes leave four bits in the last letter, which no decoder may pass over.
last = good["EdDSA"][-1]
letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
attacks["a trailing bit"] = good["EdDSA"][:-1] + letters[letters.index(last) + 1]
unknown = {
    "another id": token("RS256", header={"kid": "other"}),
    "a key that is too weak": token("RS256", header={"kid": "weak"}, key=WEAK),
    "a key for encryption": token("RS256", header={"kid": "enc"}),
    "a key for another operation": token("RS256", header={"kid": "ops"}),
    "a key for another algorithm": token("RS256", header={"kid": "hmac"}),
    "a key of another kind": token("RS256", header={"kid": "p256"}),
    "a point on no curve": token("ES256", header={"kid": "off-curve"}),
    "another curve": token("ES256", header={"kid": "p384"}),
}
untimely = {
    "expired": token("RS256", CLAIMS | {"exp": NOW - 11}),
    "without an end": token("RS256", {name: value for name, value in CLAIMS.items() if name != "exp"}),
    "an end that is a text": token("RS256", CLAIMS | {"exp": "never"}),
    "an end that is no number": token("RS256", CLAIMS | {"exp": None}),
    "still to come": token("RS256", CLAIMS | {"nbf": NOW + 11}),
    "made in the future": token("RS256", CLAIMS | {"iat": NOW + 11}),
}
elsewhere = {
    "another issuer": token("RS256", CLAIMS | {"iss": "https://evil.example"}),
    "an issuer as a list": token("RS256", CLAIMS | {"iss": ["https://id.example"]}),
    "no issuer": token("RS256", {name: value for name, value in CLAIMS.items() if name != "iss"}),
    "another audience": token("RS256", CLAIMS | {"aud": "other"}),
    "other audiences": token("RS256", CLAIMS | {"aud": ["other", "third"]}),
    "no audience": token("RS256", {name: value for name, value in CLAIMS.items() if name != "aud"}),
}
fine = {
    "several audiences": token("RS256", CLAIMS | {"aud": ["other", "drover"]}),
    "times with fractions": token("RS256", CLAIMS | {"exp": NOW + 0.5, "iat": NOW - 0.25}),
    "ended within the leeway": token("RS256", CLAIMS | {"exp": NOW - 9}),
    "times within the leeway": token("RS256", CLAIMS | {"nbf": NOW + 9, "iat": NOW + 9}),
    "no id, and one key of its kind": token("EdDSA", header={"kid": None}),
    "a key with its own algorithm": good["ES384"],
}
KEYCLOAK = {
    "iss": CLAIMS["iss"], "aud": ["drover", "account"], "exp": NOW + 3600, "iat": NOW, "sub": "4f1a", "azp": "chat",
    "scope": "openid email", "email": "bo@example.com", "groups": ["sales", "science"],
    "resource_access": {"drover": {"roles": ["reader", "team-lead"]}}, "https://example.com/roles": ["far"],
}
people = {
    "keycloak": token("RS256", KEYCLOAK),
    "admin": token("RS256", CLAIMS | {"scope": "openid litellm_proxy_admin"}),
    "nobody": token("RS256", {name: value for name, value in CLAIMS.items() if name != "sub"}),
}
made = {
    "now": NOW, "jwks": JWKS, "good": good, "attacks": attacks, "unknown": unknown, "untimely": untimely,
    "elsewhere": elsewhere, "fine": fine, "people": people,
}
(Path(__file__).parent / "tokens.json").write_text(json.dumps(made, indent=1) + "\n")


# The scenarios go by the machine's clock.
LATER = {"iss": "https://id.example", "aud": "drover", "exp": 4_102_444_800}
SECOND = ec.generate_private_key(CURVES["ES256"])
EC["second"] = SECOND
first_set = {"keys": [ec_key("ES256") | {"kid": "first"}]}
second = SECOND.public_key().public_numbers()
second_key = {"kty": "EC", "crv": "P-256", "kid": "second", "x": b64(second.x.to_bytes(32, "big")), "y": b64(second.y.to_bytes(32, "big"))}


def scenario(claims: dict, kid: str = "first", key=None) -> str:
    return token("ES256", LATER | claims, {"kid": kid}, key=key)


SCENARIO = {
    "ann": ("Of the team science.", scenario({"sub": "ann", "email": "ann@example.com", "groups": ["science"]})),
    "annAgain": ("The same, by another token.", scenario({"sub": "ann", "email": "ann@example.com", "groups": ["science"], "n": 2})),
    "bo": ("Of two teams.", scenario({"sub": "bo", "groups": ["sales", "science"]})),
    "cy": ("Of a team that nobody has made.", scenario({"sub": "cy", "groups": ["strange"]})),
    "dee": ("Of no team.", scenario({"sub": "dee", "email": "dee@example.com"})),
    "admin": ("With the admin's scope.", scenario({"sub": "root", "scope": "openid litellm_proxy_admin"})),
    "viewer": ("With a role that sees everything.", scenario({"sub": "vi", "roles": ["auditors"]})),
    "later": ("Signed by the second key.", scenario({"sub": "ann", "groups": ["science"]}, "second", SECOND)),
    "forged": ("Signed by nobody's key.", scenario({"sub": "ann", "groups": ["science"]}, "first", ec.generate_private_key(CURVES["ES256"]))),
}
lines = ["/// Tokens of an identity provider, good until 2100. Made by `Tests/SignInTests/Fixtures/make.py`, its keys thrown away.", "enum SignInTokens {"]
sets = {"keys": ("The first key.", first_set), "laterKeys": ("The second key.", {"keys": [second_key]})}
for name, (word, value) in sets.items():
    lines += [f"    /// {word}", f"    static let {name} =", f'        #"{json.dumps(value)}"#']
for name, (word, value) in SCENARIO.items():
    lines += [f"    /// {word}", f"    static let {name} =", f'        "{value}"']
swift = Path(__file__).parents[2] / "ScenarioTests" / "Support" / "SignInTokens.swift"
swift.write_text("\n".join(lines + ["}"]) + "\n")
