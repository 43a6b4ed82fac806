"""pytest, or python -m unittest, with the command in MOCKFRANCECONNECT."""

import http.cookiejar, json, os, re, subprocess, tempfile, unittest
import urllib.error, urllib.request

from portal import Portal

CLIENT = {"client_id": "a" * 64, "client_secret": "b" * 64, "scopes": ["openid", "given_name", "family_name"]}


class Browser:
    """Keeps cookies and follows redirects."""

    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def open(self, url, body=None, **headers):
        try:
            answer = self.opener.open(urllib.request.Request(url, body, headers), timeout=30)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            return answer.status, answer.url, answer.read().decode()


def name_on(page):
    found = re.search("<p>([^<]*)</p>", page[2])
    return found[1] if found else ""


class TestPortal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.portal = Portal()
        cls.addClassCleanup(cls.portal.server_close)
        at = cls.at = cls.portal.url
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        clients = os.path.join(folder.name, "clients.json")
        with open(clients, "w") as file:
            json.dump([CLIENT | {"redirect_uris": [at + "/franceconnect/callback"], "post_logout_redirect_uris": [at + "/franceconnect/logout"]}], file)
        command = [os.environ.get("MOCKFRANCECONNECT", "mockfranceconnect"), "-auto", "-quiet", "-addr", "127.0.0.1:0", "-control", "127.0.0.1:0", "-clients", clients]
        mock = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(mock.stdout.close)
        cls.addClassCleanup(mock.wait)
        cls.addClassCleanup(mock.terminate)
        cls.mock = {}  # what it says: issuer and control
        for line in mock.stdout:
            if found := re.fullmatch(r"(\w+)=(.*)\n", line):
                cls.mock[found[1]] = found[2]
            if "issuer" in cls.mock:
                break
        cls.portal.begin(cls.mock["issuer"], CLIENT["client_id"], CLIENT["client_secret"])
        cls.addClassCleanup(cls.portal.shutdown)

    def setUp(self):
        self.addCleanup(self.control, "/reset", {})

    def control(self, path, body=None):
        status, _, text = Browser().open(self.mock["control"] + path, None if body is None else json.dumps(body).encode())
        self.assertLess(status, 300, f"{path}: {text}")
        return json.loads(text) if text else None

    def sign_in(self, browser=None, **told):
        self.control("/next", told)
        return (browser or Browser()).open(self.at + "/connexion?next=/mon-compte")

    def test_the_person_whom_the_test_chose_is_signed_in_and_out_again(self):
        browser = Browser()
        page = self.sign_in(browser, person="moussa")
        self.assertEqual(page[1], self.at + "/mon-compte")
        who = next(who for who in self.control("/people") if who["login"] == "moussa")
        self.assertEqual(name_on(page).upper(), who["family_name"].upper())
        browser.open(self.at + "/deconnexion", b"", Origin=self.at)
        self.assertEqual(name_on(browser.open(self.at + "/mon-compte")), "")

    def test_on_a_bad_day_nobody_is_signed_in_and_the_portal_says_it(self):
        for bad_day in "cancelled", "token-500", "userinfo-json", "id-token-wrong-nonce", "id-token-unsigned":
            with self.subTest(bad_day):
                page = self.sign_in(bad_day=bad_day)
                self.assertEqual((page[0], name_on(page)), (400, ""))

    def test_new_keys_are_found_under_new_names_and_under_the_old(self):
        for same_kids in False, True:
            with self.subTest(same_kids=same_kids):
                self.control("/rotate", {"same_kids": same_kids})
                self.assertNotEqual(name_on(self.sign_in()), "")

    def test_a_token_of_the_next_hour_is_refused(self):
        self.control("/clock", {"advance": "1h"})
        self.assertEqual(name_on(self.sign_in()), "")

    def test_an_endpoint_that_is_broken_is_tried_once_and_used_again_when_it_is_mended(self):
        self.control("/break", {"path": "/token", "fault": {"status": 503}})
        self.assertEqual(self.sign_in()[0], 400)
        self.control("/mend", {"path": "/token"})
        self.assertNotEqual(name_on(self.sign_in()), "")
        self.assertEqual(len([r for r in self.control("/requests") if r["path"] == "/token"]), 2)

    def test_franceconnect_drops_and_refuses_nothing_of_what_the_portal_sends(self):
        self.sign_in()
        requests = self.control("/requests")
        self.assertLessEqual({"/authorize", "/token", "/userinfo"}, {r["path"] for r in requests})
        self.assertEqual([r["notes"] for r in requests if r.get("notes")], [])

    def test_the_callback_of_another_browser_is_refused_before_its_code_is_sent(self):
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        self.control("/next", {})
        with self.assertRaises(urllib.error.HTTPError) as mine:
            urllib.request.build_opener(Stay).open(self.at + "/connexion")
        with mine.exception:
            page = Browser().open(mine.exception.headers["Location"])  # whose cookies are not those of the login
        self.assertEqual(page[0], 400)
        self.assertNotIn("/token", [r["path"] for r in self.control("/requests")])


if __name__ == "__main__":
    unittest.main()
