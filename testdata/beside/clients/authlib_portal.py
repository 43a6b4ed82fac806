"""A portal with Authlib's Flask client: three paths for one visitor."""
import json
import os
import secrets
from urllib.parse import urlencode, urlsplit

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, request, session
from joserfc import jwt
from joserfc.jwk import KeySet

s = json.loads(os.environ["SETTINGS"])
app = Flask(__name__)
app.secret_key = secrets.token_hex(32)
fc = OAuth(app).register(
    "fc", client_id=s["client_id"], client_secret=s["client_secret"],
    server_metadata_url=s["issuer"] + "/.well-known/openid-configuration",
    authorize_params={"acr_values": s["level"]},
    # It takes client_secret_basic otherwise, and FranceConnect takes the secret in the
    # form; and it takes 60 seconds off the life of an access token, which are all it has.
    client_kwargs={"scope": "openid given_name family_name", "token_endpoint_auth_method": "client_secret_post", "leeway": 0},
)


@app.get("/login")
def login():
    # Its own nonce has 20 characters, and FranceConnect wants 22.
    return fc.authorize_redirect(s["callback"], nonce=secrets.token_hex(32))


@app.get("/callback")
def callback():
    token = fc.authorize_access_token()
    session["hint"] = token["id_token"]
    # userinfo() reads JSON alone: the JWT is fetched and verified by hand.
    answer = fc.get(fc.load_server_metadata()["userinfo_endpoint"], token=token)
    keys = KeySet.import_key_set(fc.fetch_jwk_set())
    who = jwt.decode(answer.text, keys, algorithms=[s["alg"]]).claims
    if who["sub"] != token["userinfo"]["sub"] or who["iss"] != s["issuer"] or who["aud"] != s["client_id"]:
        return "not ours", 502
    return f"in {token['userinfo']['acr']} {who['family_name']}"


@app.get("/logout")
def logout():
    return redirect(fc.load_server_metadata()["end_session_endpoint"] + "?" + urlencode({
        "id_token_hint": session["hint"], "post_logout_redirect_uri": s["out"], "state": secrets.token_hex(32)}))


@app.get("/out")
def out():
    return "out " + str("state" in request.args).lower()


@app.errorhandler(Exception)
def failed(err):
    return f"{type(err).__name__}: {err}", 500


print("ready", flush=True)
app.run("127.0.0.1", urlsplit(s["callback"]).port)
