"""A portal with django-allauth, in one file."""
import json
import os
import secrets
import sys
from urllib.parse import urlencode, urlsplit

import django
import requests
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

s = json.loads(os.environ["SETTINGS"])
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY=secrets.token_hex(32), ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages", "django.contrib.sessions", "allauth",
                    "allauth.account", "allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware", "allauth.account.middleware.AccountMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]}}],
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}, SESSION_ENGINE="django.contrib.sessions.backends.file",
    LOGIN_REDIRECT_URL="/who", DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", ACCOUNT_EMAIL_VERIFICATION="none", SOCIALACCOUNT_LOGIN_ON_GET=True,
    SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [{
        "provider_id": "fc", "name": "FranceConnect", "client_id": s["client_id"], "secret": s["client_secret"],
        "settings": {"server_url": s["issuer"], "scope": ["openid", "email", "given_name", "family_name"],
                     "auth_params": {"acr_values": s["level"]}}}]}},
)
django.setup()

from allauth.socialaccount.internal import jwtkit  # noqa: E402, once Django is set up
from allauth.socialaccount.models import SocialAccount  # noqa: E402
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView  # noqa: E402
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider  # noqa: E402
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter  # noqa: E402


def with_nonce(self, request, action):
    """Returns what is asked beside the rest, with a nonce, of which it has none."""
    request.session["nonce"] = secrets.token_hex(32)
    return self.get_auth_params() | {"nonce": request.session["nonce"]}


class Adapter(OpenIDConnectOAuth2Adapter):
    """Compares the nonce, and reads a userinfo that is a JWT."""

    def complete_login(self, request, app, token, **kwargs):
        login = super().complete_login(request, app, token, **kwargs)
        if login.account.extra_data["id_token"]["nonce"] != request.session.pop("nonce", None):
            raise ValueError("another nonce")
        request.session["hint"] = kwargs["response"]["id_token"]
        return login

    def _fetch_user_info(self, access_token):
        answer = requests.get(self.profile_url, headers={"Authorization": "Bearer " + access_token}, timeout=10)
        return jwtkit.verify_and_decode(credential=answer.text, keys_url=self.openid_config["jwks_uri"], issuer=self.openid_config["issuer"],
                                        audience=s["client_id"], lookup_kid=jwtkit.lookup_kid_jwk)


def callback(request):
    return OAuth2CallbackView.adapter_view(Adapter(request, "fc"))(request)


def failed(request):
    return HttpResponse(f"{sys.exc_info()[0].__name__}: {sys.exc_info()[1]}", status=500)


def who(request):
    if not request.user.is_authenticated:
        return HttpResponse("nobody")
    data = SocialAccount.objects.get(user=request.user).extra_data
    return HttpResponse(f"in {data['id_token']['acr']} {data['userinfo']['family_name']}")


def logout(request):
    return redirect(s["issuer"] + "/session/end?" + urlencode({
        "id_token_hint": request.session["hint"], "post_logout_redirect_uri": s["out"], "state": secrets.token_hex(32)}))


OpenIDConnectProvider.get_auth_params_from_request = with_nonce
handler500 = failed
urlpatterns = [
    path("who", who), path("logout", logout), path("out", lambda r: HttpResponse("out")),
    path("oidc/fc/login/callback/", callback), path("", include("allauth.urls")),
]
execute_from_command_line(["portal", "migrate", "-v", "0"])
execute_from_command_line(["portal", "runserver", "--noreload", urlsplit(s["callback"]).netloc])
