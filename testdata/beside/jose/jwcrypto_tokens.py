"""Makes the tokens of a plan with jwcrypto, one a line."""
import json
import sys

from jwcrypto import jwe, jwk, jws

plan = json.load(open(sys.argv[1]))


def key(k):
    return jwk.JWK(**{name: value for name, value in k.items() if name not in ("alg", "use")})


signers = [key(k) for k in plan["signers"]["keys"]]
recipients = [key(k) for k in plan["recipients"]["keys"]]
for w in plan["tokens"]:
    inner = w["claims"]
    if w["signed"]:
        signed = jws.JWS(inner.encode())
        signed.add_signature(signers[w["signer"]], None, json.dumps(dict(w["signed"]), separators=(",", ":")))
        inner = signed.serialize(compact=True)
    if w["head"]:
        sealed = jwe.JWE(inner.encode(), json.dumps(dict(w["head"]), separators=(",", ":")))
        sealed.add_recipient(recipients[w["key"]])
        inner = sealed.serialize(compact=True)
    print(inner)
