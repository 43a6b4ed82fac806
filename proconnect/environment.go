package proconnect

import (
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// An Environment is one ProConnect: its issuer, as in its tokens, without a trailing
// slash. Its endpoints are below it, so that a portal starts and sends people off
// without a discovery. A mock, or a new host, is an Environment of its own. Keys,
// clients and people of two environments have nothing to do with each other.
type Environment string

// The environments of the State (partners' documentation, 2025-03-21): two on the
// Internet, two on the State's network, the réseau interministériel de l'État, which
// a portal there can reach alone.
const (
	Production     Environment = "https://auth.agentconnect.gouv.fr/api/v2"
	Integration    Environment = "https://fca.integ01.dev-agentconnect.fr/api/v2"
	ProductionRIE  Environment = "https://auth.agentconnect.rie.gouv.fr/api/v2"
	IntegrationRIE Environment = "https://fca.integ02.agentconnect.rie.gouv.fr/api/v2"
)

const (
	basePath      = "/api/v2"
	discoveryPath = "/.well-known/openid-configuration"
)

// String says what it is and where.
func (e Environment) String() string {
	if u, err := url.Parse(string(e)); err == nil {
		if name, _ := settings.IsProConnect(u.Hostname()); name != "" {
			return "ProConnect, " + name + ", " + string(e)
		}
	}
	return "ProConnect, " + string(e)
}

// ParseEnvironment understands what people paste: "production", "integration",
// "production-rie", "integration-rie", a host, an issuer or a discovery URL, with or
// without a trailing slash. A host that neither ProConnect nor FranceConnect is known
// to have is taken for an Environment of its own. Print the answer to say back what was
// understood.
//
// The error is a *franceconnect.ConfigError.
func ParseEnvironment(pasted string) (Environment, error) {
	env, problem := parseEnvironment(pasted)
	if problem != (text.Text{}) {
		return "", &franceconnect.ConfigError{Field: "environment", French: problem.French, English: problem.English, Provider: providerName}
	}
	return env, nil
}

func parseEnvironment(pasted string) (Environment, text.Text) {
	pasted = strings.TrimSpace(pasted)
	var names []string
	for _, known := range settings.ProConnectHosts {
		if strings.EqualFold(pasted, known.Name) {
			return Environment("https://" + known.Host + basePath), text.Text{}
		}
		names = append(names, known.Name)
	}
	list := strings.Join(names, ", ")
	address := pasted
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	switch {
	case pasted == "":
		return "", text.Of("est absent", "is missing")
	case err != nil || !strings.ContainsAny(u.Host, ".:") && u.Hostname() != "localhost":
		return "", text.Of("n’est ni une adresse en https, ni un environnement connu\u00a0: "+list, "is neither a URL nor one of "+list)
	}
	path := strings.TrimRight(strings.TrimSuffix(strings.TrimRight(u.EscapedPath(), "/"), discoveryPath), "/")
	if path == "" {
		path = basePath
	}
	u.Scheme, u.Host, u.Path, u.RawPath = strings.ToLower(u.Scheme), strings.ToLower(u.Host), path, ""
	env := Environment(u.String())
	switch name, is := settings.IsProConnect(u.Hostname()); {
	case is && name == "":
		return "", text.Of("est sur un serveur que ProConnect n’est pas connu pour avoir\u00a0; connus\u00a0: "+list, "is on a host that ProConnect is not known to have; known are "+list)
	case is:
		if whole, _ := parseEnvironment(name); env != whole {
			return "", text.Of("est sur le serveur de "+name+", mais pas à son adresse "+string(whole), "is on the host of "+name+", but not at its address "+string(whole))
		}
	}
	return env, env.problem()
}

// problem says what is wrong with it.
func (e Environment) problem() text.Text {
	if e == "" {
		return text.Of("est absent", "is missing")
	}
	if problem := settings.SecureURL(string(e)); problem != (text.Text{}) {
		return problem
	}
	if strings.HasSuffix(string(e), "/") || strings.Contains(string(e), "?") { // RFC 8414, section 2
		return text.Of("se termine par une barre oblique ou a des paramètres", "ends with a slash or has a query")
	}
	if known, err := franceconnect.ParseEnvironment(string(e)); err == nil {
		if preset, ok := known.(franceconnect.Preset); ok {
			return text.Of("est une adresse de FranceConnect ("+string(preset)+"), et non de ProConnect", "is an address of FranceConnect ("+string(preset)+"), not of ProConnect")
		}
	}
	return text.Text{}
}
