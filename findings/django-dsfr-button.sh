#!/usr/bin/env bash
# Guess: the FranceConnect button of a component library takes the address of the
# sign-in, as the one for React does (url), and a name that it does not know is an error.
# What happens: django-dsfr's has none to take. url is left out without a word, and what
# comes is a bare button: by itself it leads nowhere, and in a form it submits that form,
# since a button without a type does; before an e-mail and a password it is also what
# Enter presses. Its id is another one at each rendering, so that a script finds it only by
# an id of one's own.
# Since: seen with django-dsfr 1.2.0, 2.4.0 and 3.6.1, Django 5.2.19.
# Remedy: {% dsfr_france_connect %} alone in a form of its own: method="get",
# action the address of the sign-in.
# Source: HTML, "The button element" (the missing value of type is submit) and "Implicit
# submission"; the documentation of the tag, which lists id and plus.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > render.py <<'E'
import sys
from html.parser import HTMLParser
from importlib.metadata import version
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["django.contrib.staticfiles", "widget_tweaks", "dsfr"], STATIC_URL="/static/", LANGUAGE_CODE="fr",
                   TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}])
django.setup()
from django.template import engines

class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.buttons, self.links = [], []
    def handle_starttag(self, tag, attributes):
        if tag == "button":
            self.buttons.append(dict(attributes))
        elif tag == "a":
            self.links.append(dict(attributes).get("href"))

def render(what):
    page = Links()
    page.feed(engines["django"].from_string("{% load dsfr_tags %}{% dsfr_france_connect " + what + " %}").render({}))
    return page

page, again = render('url="/connexion"'), render('url="/connexion"')
button, = page.buttons
print(f"django-dsfr {version('django-dsfr')}: attributes of the button {sorted(button)}, /connexion is {'' if '/connexion' in page.links else 'not '}in the page, "
      f"the id is {'the same' if button['id'] == again.buttons[0]['id'] else 'another'} the next time")
E
for version in 1.2.0 2.4.0 3.6.1; do
	python3 -m venv "v$version"
	"v$version/bin/pip" -q install --disable-pip-version-check "django-dsfr==$version" Django==5.2.19 django-widget-tweaks==1.5.1
	"v$version/bin/python" render.py || true
done 2>&1 | tee seen

diff - seen <<'E'
django-dsfr 1.2.0: attributes of the button ['class', 'id'], /connexion is not in the page, the id is another the next time
django-dsfr 2.4.0: attributes of the button ['class', 'id'], /connexion is not in the page, the id is another the next time
django-dsfr 3.6.1: attributes of the button ['class', 'id'], /connexion is not in the page, the id is another the next time
E
echo "as described"
