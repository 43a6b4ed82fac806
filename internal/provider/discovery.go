package provider

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
)

// A Discovery is what a provider says of itself (OpenID Connect Discovery 1.0,
// section 3), as far as it can be used. FranceConnect's document also offers
// PKCE, form_post, request objects and private_key_jwt, and accepts none.
type Discovery struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	UserInfo      string   `json:"userinfo_endpoint"`
	Keys          string   `json:"jwks_uri"`
	Logout        string   `json:"end_session_endpoint"`
	ACR           []string `json:"acr_values_supported"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	UserInfoAlgs  []string `json:"userinfo_signing_alg_values_supported"`
	ClientAuth    []string `json:"token_endpoint_auth_methods_supported"`
}

// Discover fetches the document of an issuer, which must call itself so.
func Discover(ctx context.Context, issuer string, custom *http.Client) (*Discovery, error) {
	l := newHTTPCaller(custom)
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	client := &http.Client{Transport: okTransport{l.transport}}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, client), issuer)
	if page := (*ProxyError)(nil); errors.As(err, &page) && page.Proxy == "" {
		return nil, statusError("discovery", page.Status) // another address is likelier than a proxy
	}
	if other := (*Error)(nil); errors.As(err, &other) {
		return nil, other
	}
	if answered := (*url.Error)(nil); err != nil && !errors.As(err, &answered) { // it could not be read
		return nil, &Error{Call: "discovery", Kind: Malformed}
	}
	if err != nil {
		return nil, transportError("discovery", err)
	}
	d := &Discovery{}
	if err := p.Claims(d); err != nil {
		return nil, &Error{Call: "discovery", Kind: Malformed}
	}
	return d, nil
}

// An okTransport makes any other status an error, of which go-oidc would keep the
// text alone: no redirect is followed either.
type okTransport struct{ base http.RoundTripper }

func (t okTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, text, err := transact(t.base, req)
	if err == nil && res.StatusCode != http.StatusOK {
		err = statusError("discovery", res.StatusCode)
	}
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(text))
	return res, nil
}
