package main

import "github.com/go-jose/go-jose/v4"

// userinfoES256 returns the row of a signed userinfo that has arrived, with its
// issuer, audience, times and person checked. zitadel and cap cannot check one
// by itself.
func userinfoES256() row {
	return row{name: "userinfo, ES256", open: func() ([]contender, error) {
		p := newIDP()
		text := sign(jose.ES256, newUserClaims(p.issuer))
		return []contender{
			verifier(floorName, text, func(t string) error { return floorES256(t, &userClaims{}) }),
			verifier(oursName, text, ourUserinfo(p)),
			verifier("go-oidc", text, goOIDCUserinfo(p)),
			verifier("golang-jwt", text, golangJWTUserinfo(p)),
			verifier("go-jose", text, goJoseUserinfo(p)),
		}, nil
	}}
}
