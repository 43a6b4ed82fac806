package browser

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// startPrivatePortal starts a portal whose users FranceConnect asks for consent,
// and that has no FranceConnect+. Its FranceConnect is the mock's own command.
func startPrivatePortal() (*portal, func(), error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // kept until the portal takes it: it is registered first
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	const secret = "0123456789012345678901234567890123456789"
	clients := filepath.Join(bin, "clients.json")
	if err := os.WriteFile(clients, fmt.Appendf(nil, `[{"client_id": "prive", "client_secret": %q, "name": "Mutuelle", "consent": true,
		"redirect_uris": ["http://localhost:%d/franceconnect/callback"], "post_logout_redirect_uris": ["http://localhost:%[2]d/franceconnect/logout"],
		"scopes": ["openid", "identite_pivot", "preferred_username", "email"]}]`, secret, port), 0o600); err != nil {
		return nil, nil, err
	}
	issuer, stopMock, err := startMock("-clients", clients)
	if err != nil {
		return nil, nil, err
	}
	l.Close()
	p, stop, err := startPortal(fmt.Sprintf("PORTAL_ADDR=127.0.0.1:%d", port), "FRANCECONNECT_ENVIRONMENT="+issuer,
		"FRANCECONNECT_CLIENT_ID=prive", "FRANCECONNECT_CLIENT_SECRET="+secret)
	if err != nil {
		stopMock()
		return nil, nil, err
	}
	return p, func() { stop(); stopMock() }, nil
}

// toConsent ends on the information page of the private portal.
func (v *visitor) toConsent() {
	v.t.Helper()
	v.toFranceConnect(private.url + "/mon-compte")
	v.chooseProvider()
	v.choosePerson("camille")
	v.sees("recevra")
}

func TestSignInWithConsent(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.toConsent()
	v.mouse(v.find("button", "^Continuer")) // the browser asks for the box first
	v.until("the focus on the box", func() bool {
		return evaluate[string](v, `document.activeElement.type`) == "checkbox"
	})
	v.mouse(v.find("checkbox", "^J’accepte"))
	v.push("^Continuer")
	v.read()
	v.sees("^Mon compte$")
	require.NotRegexp(t, who+"|0123456789", private.said(), "in the log")
}
