"""Makes the tokens of a plan with joserfc, one a line."""
import json
import sys

from joserfc import jwe, jws
from joserfc.jwk import ECKey, RSAKey

plan = json.load(open(sys.argv[1]))
algorithms = ["ECDH-ES", "ECDH-ES+A256KW", "RSA-OAEP", "RSA-OAEP-256", "A256GCM", "A128GCM", "A256CBC-HS512"]
# By default it refuses a header with iss and aud, which are of another RFC (7519, section 5.3).
jwes = jwe.JWERegistry(algorithms=algorithms, strict_check_header=False)
jwss = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)


def key(jwk):
    jwk = {k: v for k, v in jwk.items() if k not in ("alg", "use")}
    return (ECKey if jwk["kty"] == "EC" else RSAKey).import_key(jwk)


signers = [key(k) for k in plan["signers"]["keys"]]
recipients = [key(k) for k in plan["recipients"]["keys"]]
for w in plan["tokens"]:
    inner = w["claims"]
    if w["signed"]:
        inner = jws.serialize_compact(dict(w["signed"]), inner, signers[w["signer"]], registry=jwss)
    if w["head"]:
        inner = jwe.encrypt_compact(dict(w["head"]), inner, recipients[w["key"]], registry=jwes)
    print(inner)
