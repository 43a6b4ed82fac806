package franceconnect

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A Platform is one of FranceConnect's three interfaces.
type Platform string

// The platforms.
const (
	V2   Platform = "v2"   // FranceConnect: eidas1, signed tokens
	Plus Platform = "plus" // FranceConnect+: eidas2 and eidas3, signed and encrypted tokens
	V1   Platform = "v1"   // the first FranceConnect, replaced by V2: HS256, userinfo in plain JSON
)

// An Environment is one FranceConnect: a [Preset], or a [Custom] one. Keys,
// clients and people of two environments have nothing to do with each other.
type Environment interface {
	fmt.Stringer // what it is, for people

	// Parts are all of it, with what FranceConnect does where nothing was
	// said. They are not checked: New does that.
	Parts() Custom

	parts() (Custom, text.Text) // the same, and what is wrong with them
}

// A Preset is a FranceConnect run by the State. Its endpoints are built in, so
// that a portal starts and sends people off without a discovery.
type Preset string

// The presets. Which one a team has is told by where its client id comes from.
const (
	Production  Preset = "production"  // v2, after the qualification
	Integration Preset = "integration" // v2, older test clients
	Sandbox     Preset = "sandbox"     // v2, clients made on the partners' space

	ProductionPlus  Preset = "production-plus"
	IntegrationPlus Preset = "integration-plus"

	// ProductionV1, like IntegrationV1, is the FranceConnect before v2.
	//
	// Deprecated: v1 was announced to end in September 2025. A portal moves to
	// v2 by taking another preset and the credentials of a new client,
	// registered with the old client id as its entityId, so that each Subject
	// stays. What changes for it: the scopes address and phone are gone,
	// preferred_username is no longer part of identite_pivot, Identity has
	// GivenNames one by one, and more requests are refused.
	ProductionV1 Preset = "production-v1"
	// Deprecated: see ProductionV1.
	IntegrationV1 Preset = "integration-v1"
)

// presets in the order in which they are listed to people.
var presets = [...]struct {
	preset   Preset
	platform Platform
	host     string
	loopback bool // it takes a portal on this machine
}{
	{Production, V2, "oidc.franceconnect.gouv.fr", false},
	{Integration, V2, "fcp-low.integ01.dev-franceconnect.fr", true},
	{Sandbox, V2, "fcp-low.sbx.dev-franceconnect.fr", true},
	{ProductionPlus, Plus, "auth.franceconnect.gouv.fr", false},
	{IntegrationPlus, Plus, "auth.integ01.dev-franceconnect.fr", false},
	{ProductionV1, V1, "app.franceconnect.gouv.fr", false},
	{IntegrationV1, V1, "fcp.integ01.dev-franceconnect.fr", true},
}

// A Custom environment is one that no preset knows: a mock, a proxy, a new
// host. It says for itself what it speaks; an empty optional field is what
// FranceConnect does on that platform.
type Custom struct {
	Platform Platform // default V2
	Issuer   string   // as in its tokens: no trailing slash

	// Optional: the endpoints. Default: FranceConnect's paths below the
	// issuer, which on V1 has no path of its own.
	AuthorizationURL, TokenURL, UserInfoURL, JWKSURL, EndSessionURL string

	Algorithms              []string // of signatures; default ES256 and RS256 on V2, ES256 on Plus, HS256 on V1
	UserInfoFormat          string   // "jwt" or "json"; default "jwt", on V1 "json"
	TokenEndpointAuthMethod string   // "client_secret_post", the default, or "client_secret_basic"
}

// String says which platform it is and where.
func (c Custom) String() string {
	platform := c.Platform
	if platform == "" {
		platform = V2
	}
	return platform.name() + ", " + c.Issuer
}

// String says which FranceConnect it is, what for, and where.
func (p Preset) String() string {
	c, problem := p.parts()
	if problem != (text.Text{}) {
		return "no FranceConnect"
	}
	purpose, _, _ := strings.Cut(string(p), "-")
	return c.Platform.name() + ", " + purpose + ", " + c.Issuer
}

// Parts returns the endpoints and agreements that are built in.
func (p Preset) Parts() Custom {
	c, _ := p.parts()
	return c
}

// Parts returns c with its defaults.
func (c Custom) Parts() Custom {
	c, _ = c.parts()
	return c
}

func (p Platform) name() string {
	switch p {
	case V2:
		return "FranceConnect v2"
	case Plus:
		return "FranceConnect+"
	}
	return "FranceConnect " + string(p)
}

func (p Preset) parts() (Custom, text.Text) {
	for _, known := range presets {
		if known.preset != p {
			continue
		}
		c := Custom{Platform: known.platform, Issuer: "https://" + known.host}
		if c.Platform != V1 {
			c.Issuer += "/api/v2"
		}
		return c.filled(), text.Text{} // well formed, as a test sees
	}
	return Custom{}, text.Of("n’est pas un environnement connu : "+presetNames(), "is not one of "+presetNames())
}

// refusesLoopback reports whether an environment is a preset that refuses a portal
// on this machine, and which.
func refusesLoopback(env Environment) (Preset, bool) {
	for _, known := range presets {
		if env == Environment(known.preset) {
			return known.preset, !known.loopback
		}
	}
	return "", false
}

func presetNames() string {
	names := make([]string, len(presets))
	for i, known := range presets {
		names[i] = string(known.preset)
	}
	return strings.Join(names, ", ")
}

// parts fills in what was left out and says what is wrong.
func (c Custom) parts() (Custom, text.Text) {
	if c.Platform == "" {
		c.Platform = V2
	}
	if !slices.Contains([]Platform{V2, Plus, V1}, c.Platform) {
		return c, text.Of("a une plateforme autre que v2, plus ou v1", "has a platform other than v2, plus, v1")
	}
	issuer := text.Of("a un émetteur (issuer) qui ", "issuer ")
	if problem := settings.SecureURL(c.Issuer); problem != (text.Text{}) {
		return c, issuer.Then(problem)
	}
	if strings.HasSuffix(c.Issuer, "/") {
		return c, issuer.Then(text.Of("se termine par une barre oblique", "ends with a slash"))
	}
	if strings.Contains(c.Issuer, "?") { // RFC 8414, section 2; the paths would be below it
		return c, issuer.Then(text.Of("a des paramètres", "has a query"))
	}
	c = c.filled()
	for _, e := range []struct {
		url  string
		name text.Text
		adds string // what Login and Logout add to its query
	}{
		{c.AuthorizationURL, text.Of("d’autorisation", "authorization"), "response_type client_id redirect_uri scope acr_values state nonce claims"},
		{c.TokenURL, text.Of("des jetons (token)", "token"), ""}, {c.UserInfoURL, text.Of("d’identité (userinfo)", "userinfo"), ""},
		{c.JWKSURL, text.Of("des clés (jwks)", "keys"), ""},
		{c.EndSessionURL, text.Of("de déconnexion", "logout"), "id_token_hint post_logout_redirect_uri state"},
	} {
		if problem := settings.SecureURL(e.url, strings.Fields(e.adds)...); e.url != "" && problem != (text.Text{}) {
			return c, text.Of("a une adresse "+e.name.French+" qui ", e.name.English+" URL ").Then(problem)
		}
	}
	algorithms := c.Platform.algorithms()
	for _, a := range c.Algorithms {
		// The algorithms of one platform are never another's: HS256 beside
		// public keys is how a public key becomes a secret (RFC 8725, 2.1).
		if !slices.Contains(algorithms, a) {
			return c, text.Of("admet un algorithme que "+c.Platform.name()+" n’a pas ; il a "+strings.Join(algorithms, " et "),
				"allows an algorithm that "+c.Platform.name()+" does not have; it has "+strings.Join(algorithms, " and "))
		}
	}
	if c.UserInfoFormat != "jwt" && c.UserInfoFormat != "json" {
		return c, text.Of("a une forme d’userinfo autre que jwt ou json", "has a userinfo other than jwt, json")
	}
	if c.Platform == Plus && c.UserInfoFormat != "jwt" {
		return c, text.Of("est FranceConnect+, dont l’userinfo est toujours un JWT", "is FranceConnect+, whose userinfo is always a JWT")
	}
	if c.TokenEndpointAuthMethod != "client_secret_post" && c.TokenEndpointAuthMethod != "client_secret_basic" {
		return c, text.Of("a une authentification du client autre que client_secret_post ou client_secret_basic", "has a client authentication other than client_secret_post, client_secret_basic")
	}
	return c, text.Text{}
}

// filled returns c with what its platform has where it says nothing.
func (c Custom) filled() Custom {
	// "logout" and "jwks" of v1 do not exist below the issuer.
	base, logout, keys, person, format := c.Issuer, "/session/end", "/jwks", "/userinfo", "jwt"
	if c.Platform == V1 {
		base, logout, keys, person, format = c.Issuer+"/api/v1", "/logout", "", "/userinfo?schema=openid", "json"
	}
	c.AuthorizationURL = cmp.Or(c.AuthorizationURL, base+"/authorize")
	c.TokenURL = cmp.Or(c.TokenURL, base+"/token")
	c.UserInfoURL = cmp.Or(c.UserInfoURL, base+person)
	if keys != "" {
		c.JWKSURL = cmp.Or(c.JWKSURL, base+keys)
	}
	c.EndSessionURL = cmp.Or(c.EndSessionURL, base+logout)
	if c.Algorithms = slices.Clone(c.Algorithms); len(c.Algorithms) == 0 {
		c.Algorithms = c.Platform.algorithms()
	}
	c.UserInfoFormat = cmp.Or(c.UserInfoFormat, format)
	c.TokenEndpointAuthMethod = cmp.Or(c.TokenEndpointAuthMethod, "client_secret_post")
	return c
}

// algorithms returns those by which a platform signs.
func (p Platform) algorithms() []string {
	switch p {
	case Plus:
		return []string{"ES256"}
	case V1:
		return []string{"HS256"}
	}
	return []string{"ES256", "RS256"}
}

const discoveryPath = "/.well-known/openid-configuration"

// ParseEnvironment understands what people paste: a preset's name, "integ01", a
// host, a base URL, an issuer or a discovery URL, with or without a trailing slash. A
// host that FranceConnect does not have is taken for a Custom environment of
// platform V2, or V1 if its path is /api/v1. Print the answer to say back what
// was understood.
//
// The error is a *ConfigError.
func ParseEnvironment(text string) (Environment, error) {
	env, problem := parseEnvironment(text, "")
	if env == nil {
		return nil, &ConfigError{Field: "environment", French: problem.French, English: problem.English}
	}
	return env, nil
}

// parseEnvironment returns ParseEnvironment with the platform, if it is known.
func parseEnvironment(pasted string, platform Platform) (Environment, text.Text) {
	pasted = strings.TrimSpace(pasted)
	if pasted == "" {
		return nil, text.Of("est absent", "is missing")
	}
	for _, known := range presets {
		if strings.EqualFold(pasted, string(known.preset)) {
			return known.preset, text.Text{}
		}
	}
	if strings.EqualFold(pasted, "integ01") { // what the host of Integration is known by
		return Integration, text.Text{}
	}
	address := pasted
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" || !strings.ContainsAny(u.Host, ".:") && u.Hostname() != "localhost" {
		return nil, text.Of("n’est ni une adresse en https, ni un environnement connu : "+presetNames(), "is neither a URL nor one of "+presetNames())
	}
	host := strings.ToLower(u.Hostname())
	path := strings.TrimRight(strings.TrimSuffix(strings.TrimRight(u.EscapedPath(), "/"), discoveryPath), "/")
	for _, known := range presets {
		if known.host != host {
			continue
		}
		c := known.preset.Parts()
		if own := strings.TrimPrefix(c.AuthorizationURL, "https://"+host); u.Port() != "" && u.Port() != "443" ||
			path != "" && path != strings.TrimSuffix(own, "/authorize") {
			return nil, text.Of("est sur le serveur de "+string(known.preset)+", mais pas à son adresse "+c.Issuer, "is on the host of "+string(known.preset)+", but not at its address "+c.Issuer)
		}
		return known.preset, text.Text{}
	}
	if name, is := settings.IsProConnect(host); is {
		of := strings.TrimSuffix("ProConnect, "+name, ", ")
		return nil, text.Of("est une adresse de "+of+", qui connecte des professionnels et n’est pas FranceConnect : c’est le paquet proconnect qui la prend, avec les réglages PROCONNECT_…", "is an address of "+of+", which signs professionals in and is not FranceConnect: the package proconnect takes it, with the settings PROCONNECT_…")
	}
	// A slip of the pen, unless somebody says what it is: FranceConnect may move
	// before this table does.
	if own := host == "franceconnect.gouv.fr" || strings.HasSuffix(host, ".franceconnect.gouv.fr") || strings.HasSuffix(host, "dev-franceconnect.fr"); own && platform == "" {
		return nil, text.Of("est sur un serveur que FranceConnect n’est pas connu pour avoir ; connus : "+presetNames()+" ; d’un nouveau, dites aussi la plateforme", "is on a host that FranceConnect is not known to have; known are "+presetNames()+"; of a new one, say the platform too")
	}
	return customAt(strings.ToLower(u.Scheme)+"://"+strings.ToLower(u.Host), path, platform)
}

// customAt makes the Custom environment of an origin and a path.
func customAt(origin, path string, platform Platform) (Environment, text.Text) {
	if platform == "" && path == "/api/v1" {
		platform = V1
	}
	if platform == "" {
		platform = V2
	}
	switch {
	case platform == V1:
		path = strings.TrimSuffix(path, "/api/v1")
	case path == "":
		path = "/api/v2"
	}
	c := Custom{Platform: platform, Issuer: origin + path}
	if _, problem := c.parts(); problem != (text.Text{}) {
		return nil, problem
	}
	return c, text.Text{}
}
