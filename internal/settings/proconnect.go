package settings

import "strings"

// ProConnectHosts are its servers, by the name of the environment (partners'
// documentation, 2025-03-21): on the Internet, and on the State's network.
var ProConnectHosts = [...]struct{ Name, Host string }{
	{"production", "auth.agentconnect.gouv.fr"},
	{"integration", "fca.integ01.dev-agentconnect.fr"},
	{"production-rie", "auth.agentconnect.rie.gouv.fr"},
	{"integration-rie", "fca.integ02.agentconnect.rie.gouv.fr"},
}

// IsProConnect reports whether a host is one of ProConnect's, and returns the name of
// its environment; "" of one that is not known.
func IsProConnect(host string) (name string, is bool) {
	host = strings.ToLower(host)
	for _, known := range ProConnectHosts {
		if known.Host == host {
			return known.Name, true
		}
	}
	for _, domain := range [...]string{"agentconnect.gouv.fr", "agentconnect.rie.gouv.fr", "dev-agentconnect.fr", "proconnect.gouv.fr", "proconnect.rie.gouv.fr"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return "", true
		}
	}
	return "", false
}
