package settings

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// Credential says what is wrong with a client id or a secret: what goes wrong when
// a value is copied from a page.
func Credential(value string) text.Text {
	switch {
	case value == "":
		return text.Of("est absent", "is missing")
	case Quoted(value):
		return InQuotes
	case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
		return text.Of("contient une espace, un retour à la ligne ou un caractère accentué : recopiez la valeur seule", "has a space, a line break or a character that is not ASCII: copy the value alone")
	}
	return text.Text{}
}

// RegisteredURL says what is wrong with an address of the portal that is registered
// at a provider, which keeps its query and adds parameters when it sends the browser
// back. Once tells that each parameter may be there once.
func RegisteredURL(address, provider string, once bool, adds ...string) text.Text {
	if address == "" {
		return text.Of("est absent", "is missing")
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return text.Of("n’est pas une adresse complète, de la forme https://…", "is not an absolute URL, https://…")
	case u.User != nil || strings.Contains(address, "#"):
		return text.Of("contient un nom d’utilisateur ou un fragment (#), que "+provider+" refuse", "has a user name or a fragment (#), which "+provider+" refuses")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return text.Of("doit commencer par https, sauf sur cette machine (localhost)", "must be https, except on this machine (localhost)")
	}
	query, name, err := readQuery(u, adds)
	switch {
	case err != nil:
		return text.Of("a des paramètres mal formés", "has a malformed query")
	case name != "":
		return text.Of("a un paramètre "+name+", que "+provider+" ajoute lui-même", "has a parameter "+name+", which "+provider+" adds itself")
	case once && repeats(query): // Callback refuses it
		return text.Of("a deux paramètres de même nom", "has two parameters of one name")
	}
	return text.Text{}
}

// MaxCalls is how many calls may wait for an answer at once, unless the portal says
// otherwise: enough for 50 logins a second while each answer takes three seconds, and
// room below the usual limit of 1,024 descriptors.
const MaxCalls = 160

// NotAPath is what is wrong with a HomePath that leads away from the portal.
var NotAPath = text.Of("n’est pas un chemin de ce site, de la forme /portail/", "is not a path on this site, such as /portail/")

// CookieKeys says what is wrong with the keys of cookies.
func CookieKeys(keys [][32]byte) text.Text {
	switch {
	case len(keys) == 0:
		return text.Of("est absent : il faut au moins une clé de 32 octets", "is missing: at least one key of 32 bytes is needed")
	case slices.Contains(keys, [32]byte{}):
		return text.Of("contient une clé faite de zéros", "holds a key that is all zeros")
	}
	return text.Text{}
}

// Scopes returns openid and the names, each once, and what is wrong with them; most
// is how many characters there may be in all.
func Scopes(names []string, most int) (all []string, problem text.Text) {
	all = []string{"openid"}
	for _, s := range names {
		if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"\,;`, r) }) { // RFC 6749, section 3.3; none has a comma
			return all, text.Of("contient un nom vide, une espace ou une virgule : un scope par élément", "holds an empty name, a space or a comma: one scope an element")
		}
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	if len(strings.Join(all, " ")) > most {
		problem = text.Of("dépasse "+strconv.Itoa(most)+" caractères en tout", "has more than "+strconv.Itoa(most)+" characters in all")
	}
	return all, problem
}

// SecureURL says what is wrong with the address of a server: it is absolute
// and https, or http on this machine, nothing is hidden in it, and its query has
// none of the parameters that are added to it, which the server would refuse.
func SecureURL(address string, adds ...string) text.Text {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return text.Of("n’est pas une adresse complète", "is not an absolute URL")
	case u.User != nil:
		return text.Of("contient un nom d’utilisateur", "has a user name in it")
	case strings.Contains(address, "#"):
		return text.Of("contient un fragment (#)", "has a fragment")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return text.Of("doit commencer par https", "must be https")
	}
	switch _, name, err := readQuery(u, adds); {
	case err != nil:
		return text.Of("a des paramètres mal formés", "has a malformed query")
	case name != "":
		return text.Of("a un paramètre "+name+", qui y est ajouté", "has a parameter "+name+", which is added to it")
	}
	return text.Text{}
}

// OnThisMachine reports whether an address is one of this machine (RFC 8252,
// section 7.3).
func OnThisMachine(address string) bool {
	u, err := url.Parse(address)
	return err == nil && loopback(u.Hostname())
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// readQuery reads the query of an address, and finds in it the first of the names
// that are added to it later: each is to be there once.
func readQuery(u *url.URL, added []string) (query url.Values, name string, err error) {
	query, err = url.ParseQuery(u.RawQuery)
	for _, n := range added {
		if query.Has(n) {
			return query, n, err
		}
	}
	return query, "", err
}

// repeats reports whether a parameter is there more than once (RFC 6749, section
// 3.1).
func repeats(query url.Values) bool {
	for _, values := range query {
		if len(values) > 1 {
			return true
		}
	}
	return false
}
