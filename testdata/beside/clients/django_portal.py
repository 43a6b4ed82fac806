"""A portal with mozilla-django-oidc, in one file."""
import json
import os
import secrets
import sys
from urllib.parse import urlencode, urlsplit

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import include, path

s = json.loads(os.environ["SETTINGS"])
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY=secrets.token_hex(32), ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "mozilla_django_oidc"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
    AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}, SESSION_ENGINE="django.contrib.sessions.backends.file",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", LOGIN_REDIRECT_URL="/who", LOGIN_REDIRECT_URL_FAILURE="/failed", LOGOUT_REDIRECT_URL="/out",
    OIDC_OP_AUTHORIZATION_ENDPOINT=s["base"] + "/authorize", OIDC_OP_TOKEN_ENDPOINT=s["base"] + "/token",
    OIDC_OP_USER_ENDPOINT=s["base"] + "/userinfo", OIDC_OP_JWKS_ENDPOINT=s["base"] + "/jwks",
    OIDC_RP_CLIENT_ID=s["client_id"], OIDC_RP_CLIENT_SECRET=s["client_secret"], OIDC_RP_SCOPES="openid email given_name family_name",
    OIDC_RP_SIGN_ALGO=s["alg"], OIDC_AUTH_REQUEST_EXTRA_PARAMS={"acr_values": s["level"]},
    OIDC_STORE_ID_TOKEN=True, OIDC_OP_LOGOUT_URL_METHOD=__name__ + ".logout_url", ALLOW_LOGOUT_GET_METHOD=True,
)


def logout_url(request):
    end = s["base"] + ("/logout" if s["platform"] == "v1" else "/session/end")
    return end + "?" + urlencode({"id_token_hint": request.session["oidc_id_token"], "post_logout_redirect_uri": s["out"], "state": secrets.token_hex(32)})


def failed(request):
    return HttpResponse(f"{sys.exc_info()[0].__name__}: {sys.exc_info()[1]}", status=500)


def who(request):
    return HttpResponse("in eidas " + request.user.email if request.user.is_authenticated else "nobody")


handler500 = failed
urlpatterns = [
    path("who", who), path("failed", lambda r: HttpResponse("failed", status=502)), path("out", lambda r: HttpResponse("out")),
    path("oidc/", include("mozilla_django_oidc.urls")),
]
django.setup()
execute_from_command_line(["portal", "migrate", "-v", "0"])
execute_from_command_line(["portal", "runserver", "--noreload", urlsplit(s["callback"]).netloc])
