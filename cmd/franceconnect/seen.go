package main

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// seen returns what an answer was, in a few words: its status, where it leads,
// the title of its page, who says to have written it. A page may repeat what was
// sent to it: long words are left out.
func (r response) seen() text.Text {
	fr, en := strconv.Itoa(r.status), strconv.Itoa(r.status)
	if to := r.header.Get("Location"); to != "" {
		fr, en = fr+" vers "+withoutQuery(to), en+" to "+withoutQuery(to)
	} else if title := r.title(); title != "" {
		fr, en = fr+" « "+title+" »", en+" “"+title+"”"
	} else if strings.TrimSpace(r.body) == "" {
		fr, en = fr+", page vide", en+", an empty page"
	}
	if server := plainWords(r.header.Get("Server")); server != "" {
		fr, en = fr+" (Server "+server+")", en+" (Server "+server+")"
	}
	return text.Of(fr, en)
}

// beside returns what is said of an answer, and what the answer was.
func (r response) beside(what text.Text) text.Text {
	seen := r.seen()
	return what.Then(text.Of(" ; vu : "+seen.French, "; seen: "+seen.English))
}

var titleTags = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// title returns the title of a page, or how its text begins.
func (r response) title() string {
	if m := titleTags.FindStringSubmatch(r.body); m != nil {
		if title := plainWords(m[1]); title != "" {
			return title
		}
	}
	return plainWords(r.words())
}

// words returns the text of a page, as people read it.
func (r response) words() string {
	return strings.TrimSpace(plainText(noise.ReplaceAllString(r.body, "")))
}

// plainWords returns the beginning of a stranger's text, in letters and digits.
func plainWords(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsLetter(c), unicode.IsDigit(c), strings.ContainsRune(".,-_/’+", c):
			return c
		}
		return ' '
	}, strings.ToValidUTF8(plainText(s), " "))
	words, length := []string{}, 0
	for word := range strings.FieldsSeq(s) {
		if length += len(word) + 1; length > 80 {
			break
		}
		if len(word) <= 24 {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// strangers are pages of a firewall or a server in front of the portal, by what
// is on them; the portal's own say something of the person's login.
var strangers = regexp.MustCompile(`(?i)request rejected|url was rejected|support id|request blocked|blocked by|access denied|attention required|cloudflare|just a moment|incapsula|imperva|` +
	`mod_?security|web application firewall|not acceptable|administrative rules|captcha|sucuri|wordfence|forti(web|net|gate)|barracuda|coraza|bunkerweb|akamai|` +
	`pare-feu|requête (rejetée|bloquée)|accès (refusé|bloqué|interdit)|` +
	`^(40[0135689]|41[0-9]|42[0-9]|431|50[0-9]) |have permission to access|(header|cookie)s? too (large|big)|ray id`)

// maintenance matches the title of a portal that is closed for a while.
var maintenance = regexp.MustCompile(`(?i)maintenance`)

// frontStatus reports whether a status is one of a front’s, whatever the page.
func frontStatus(status int) bool {
	switch status {
	case http.StatusMethodNotAllowed, http.StatusRequestURITooLong, http.StatusTooManyRequests, http.StatusRequestHeaderFieldsTooLarge,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// fromFront returns what answered in the portal's stead, and what to do; nothing
// if it seems to be the portal.
func (r response) fromFront() (what, action text.Text, whose side) {
	words := r.words()
	switch {
	case r.status == http.StatusTooManyRequests:
		return text.Of("une limite de débit répond à la place du portail", "a rate limit answers in the portal’s stead"),
			text.Of("Relevez-la pour le départ et le retour de connexion : derrière une même adresse (mairie, école, opérateur mobile), des centaines de personnes se connectent.", "Raise it for the login and the callback: behind one address (town hall, school, mobile operator), hundreds of people sign in."), sideNetwork
	case r.status == http.StatusBadGateway || r.status == http.StatusGatewayTimeout:
		return text.Of("le frontal n’atteint pas le portail", "the front does not reach the portal"),
			text.Of("Vérifiez que chaque machine derrière le frontal est en marche, et retirez celles qui ne le sont pas.", "Check that each machine behind the front runs, and take out those that do not."), sideNetwork
	case r.status == http.StatusServiceUnavailable || maintenance.MatchString(r.title()):
		return text.Of("une page de maintenance ou d’indisponibilité répond à la place du portail", "a page of maintenance or of an outage answers in the portal’s stead"),
			text.Of("Rouvrez le service, et vérifiez que chaque machine derrière le frontal est en marche.", "Open the service again, and check that each machine behind the front runs."), sidePortal
	case r.status == http.StatusRequestHeaderFieldsTooLarge || r.status == http.StatusRequestURITooLong || strings.Contains(strings.ToLower(words), "too large"):
		return text.Of("le frontal trouve la requête trop longue", "the front finds the request too long"),
			text.Of("Acceptez 8 Ko d’en-têtes et 2 Ko d’adresse ; la connexion prend 3 Ko de cookies au plus.", "Accept 8 kB of headers and 2 kB of address; logins take 3 kB of cookies at most."), sideNetwork
	case r.status == http.StatusMethodNotAllowed:
		return text.Of("le GET d’un navigateur est refusé", "the GET of a browser is refused"),
			text.Of("Cherchez un frontal qui change la méthode (GET en HEAD), ou une route limitée à une autre.", "Look for a front that changes the method (GET to HEAD), or a route that is for another."), sideNetwork
	case strangers.MatchString(words) || strangers.MatchString(r.title()):
		return text.Of("la page d’un pare-feu ou d’un frontal répond à la place du portail", "a page of a firewall or of a front answers in the portal’s stead"),
			text.Of("Demandez à votre hébergeur de laisser passer le départ et le retour de connexion : docs/fr/exploitant.md, « Pare-feu applicatif ».", "Ask your hosting team to let the login and the callback through: docs/fr/exploitant.md, “Pare-feu applicatif”."), sideNetwork
	}
	return text.Text{}, text.Text{}, ""
}
