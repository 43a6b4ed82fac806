package mockidp

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// The checks below are for what comes over HTTP: in it, whatever cannot happen or
// would be dropped without a word is an error, by the names that JSON has.

// checkScenario says what is wrong with a scenario.
func (p *Provider) checkScenario(s Scenario) error {
	if _, ok := p.findPerson(s.Person); s.Person != "" && !ok {
		return fmt.Errorf("person: nobody has the login %q; GET /people has them", s.Person)
	}
	ends := 0
	for _, end := range []bool{s.Cancel, s.Refuse != "", s.Error != ""} {
		if end {
			ends++
		}
	}
	switch {
	case ends > 1:
		return errors.New("cancel, refuse and error are three ends of a login: want one")
	case s.Refuse != "" && !isYCode(s.Refuse):
		return fmt.Errorf("refuse: %q is no Y code, as Y010015 is", s.Refuse)
	case s.ErrorDescription != "" && s.Error == "":
		return errors.New("error_description goes with error alone")
	}
	if err := errors.Join(named("id_token", s.IDToken.check()), named("userinfo", s.UserInfo.check()),
		named("token_fault", s.TokenFault.check()), named("userinfo_fault", s.UserInfoFault.check())); err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(s.Faults)) {
		if err := cmp.Or(p.checkEndpoint(path), s.Faults[path].check()); err != nil {
			return named("faults", named(path, err))
		}
	}
	return nil
}

// checkEndpoint says what is wrong with the path of a fault.
func (p *Provider) checkEndpoint(path string) error {
	asked := func(method string) bool { return p.handlerOf(method, faultPath(path)) != nil }
	if strings.HasPrefix(path, "/") && (asked(http.MethodGet) || asked(http.MethodPost)) {
		return nil
	}
	return fmt.Errorf("path: %q is no address of this platform below the issuer, as /token is", path)
}

func (f Fault) check() error {
	switch {
	case f.Status != 0 && (f.Status < 200 || f.Status > 999):
		return fmt.Errorf("status: %d ends no response: want 200 to 999", f.Status)
	case f.Delay < 0 || f.Truncate < 0 || f.Pad < 0:
		return errors.New("delay, truncate and pad are not below zero")
	case f.Pad > MaxPad:
		return fmt.Errorf("pad: at most %d", MaxPad)
	}
	for name, values := range f.Header {
		if !headerName.MatchString(name) || slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "\r\n\x00") }) {
			return fmt.Errorf("header: %q cannot be sent", name)
		}
	}
	return nil
}

func (c TokenChange) check() error {
	switch {
	case c.Alg != "" && !slices.Contains(signatureAlgs, c.Alg):
		return fmt.Errorf("alg: %q is none of %s", c.Alg, strings.Join(signatureAlgs, ", "))
	case c.Key != "" && c.Key != "other":
		return fmt.Errorf("key: %q is neither other nor empty", c.Key)
	}
	return nil
}

// signatureAlgs are those that the mock can sign with.
var signatureAlgs = []string{"none", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}

var (
	headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$") // RFC 9110, section 5.6.2
	yCode      = regexp.MustCompile("^Y[0-9A-F]{6,7}$")
)

func isYCode(text string) bool { return yCode.MatchString(text) }

// named says what an error is about.
func named(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// isZero reports whether a value says nothing.
func isZero(v any) bool { return reflect.ValueOf(v).IsZero() }
