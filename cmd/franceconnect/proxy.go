package main

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// checkProxy says which proxy leads to an address, and who says so.
func (prog *program) checkProxy(f *findings, address string) {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if t, ok := prog.transport.(*http.Transport); !ok || t.Proxy == nil || err != nil {
		return
	}
	host, err := provider.ProxyOf(prog.transport, r)
	variable := prog.proxyVariable(host)
	switch {
	case err != nil: // and nothing came by it
	case host != "" && variable != "":
		f.ok("proxy", text.Of("par le mandataire (proxy) "+host+", selon "+variable, "by the proxy "+host+", from "+variable))
	case host != "":
		f.ok("proxy", text.Of("par le mandataire (proxy) "+host, "by the proxy "+host))
	case strings.EqualFold(variable, "HTTP_PROXY") && strings.HasPrefix(address, "https:"):
		f.ok("proxy", text.Of("aucun mandataire (proxy) : chemin direct ; "+variable+" en donne un, qui ne sert qu’aux adresses en http : pour FranceConnect, ce serait HTTPS_PROXY",
			"no proxy: straight; "+variable+" has one, which is for addresses on http alone: for FranceConnect it would be HTTPS_PROXY"))
	case variable != "":
		f.ok("proxy", text.Of("aucun mandataire (proxy) : chemin direct ; "+variable+" en donne un, mais NO_PROXY, ou une adresse de cette machine, n’en veut pas",
			"no proxy: straight; "+variable+" has one, but NO_PROXY, or an address on this machine, wants none"))
	default:
		f.ok("proxy", text.Of("aucun mandataire (proxy) : chemin direct", "no proxy: straight"))
	}
}

// proxyVariables are those that net/http reads.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}

// checkProxyVariables names each variable that nobody can read: net/http passes over it
// without a word, or takes a part of its password for a host.
func (prog *program) checkProxyVariables(f *findings) {
	for _, name := range proxyVariables {
		if value := prog.getenv(name); value != "" && !provider.ReadableProxy(value) {
			f.fail("proxy", sideNetwork, text.Of(name+" n’est pas une adresse qui se lit", name+" is not an address that can be read"), unreadableProxy(name))
		}
	}
}

// unreadableProxy says what to do about a variable that nobody can read.
func unreadableProxy(name string) text.Text {
	return text.Of("Corrigez "+name+" : dans le nom d’utilisateur et le mot de passe, % s’écrit %25, # %23, / %2F, ? %3F et @ %40.", "Correct "+name+": in the user name and the password, % is written %25, # %23, / %2F, ? %3F and @ %40.")
}

// proxyVariable returns the variable that names a proxy, or any if host is empty;
// "" if none does.
func (prog *program) proxyVariable(host string) string {
	for _, name := range proxyVariables {
		value := prog.getenv(name)
		if !strings.Contains(value, "://") {
			value = "http://" + value
		}
		if u, err := url.Parse(value); err == nil && u.Host != "" && (host == "" || u.Host == host) {
			return name
		}
	}
	return ""
}

// pageByProxy returns an error if an answer of FranceConnect's is a proxy's own.
func (prog *program) pageByProxy(address string, r response) error {
	asked, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil
	}
	err = provider.Instead(prog.transport, asked, r.status, []byte(r.body))
	if page := (*provider.ProxyError)(nil); errors.As(err, &page) && page.Proxy == "" {
		return nil // the checks say what they miss
	}
	return err
}
