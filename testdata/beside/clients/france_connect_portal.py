"""A portal with france-connect-py and Flask: three paths for one visitor."""
import json
import os
from urllib.parse import urlsplit

from flask import Flask, redirect, request, session
from france_connect.clients import FranceConnect
from france_connect.enums import ACRValues, Scopes

s = json.loads(os.environ["SETTINGS"])
app = Flask(__name__)
app.secret_key = os.urandom(32)
fc = FranceConnect(s["client_id"], s["client_secret"], [Scopes.OPEN_ID, Scopes.GIVEN_NAME, Scopes.FAMILY_NAME],
                   login_callback_url=s["callback"], logout_callback_url=s["out"], fc_base_url=s["issuer"])


@app.get("/login")
def login():
    url, session["nonce"], session["state"] = fc.get_authentication_url([ACRValues(s["level"])])
    return redirect(url)


@app.get("/callback")
def callback():
    if request.args["state"] != session["state"]:
        return "another state", 400
    token, signed_in = fc.get_id_token(request.args["code"])
    session["hint"] = token["id_token"]
    if signed_in["nonce"] != session["nonce"]:
        return "another nonce", 400
    return f"in {signed_in['acr']} {fc.get_user_info(token['access_token'])['family_name']}"


@app.get("/logout")
def logout():
    return redirect(fc.get_logout_url(session["hint"], session["state"]))


@app.get("/out")
def out():
    return "out"


@app.errorhandler(Exception)
def failed(err):
    return f"{type(err).__name__}: {err}", 500


app.run("127.0.0.1", urlsplit(s["callback"]).port)
