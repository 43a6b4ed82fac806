package main

import "github.com/golang-jwt/jwt/v5"

func golangJWTIDToken(p *idp, alg string, key any) func(string) error {
	parser := golangJWTParser(p, alg)
	return func(text string) error {
		var c struct {
			jwt.RegisteredClaims
			AuthTime int64  `json:"auth_time"`
			ACR      string `json:"acr"`
			Nonce    string `json:"nonce"`
		}
		_, err := parser.ParseWithClaims(text, &c, func(*jwt.Token) (any, error) { return key, nil })
		if err == nil && (c.Nonce != p.nonce || c.ACR != level || c.Subject == "") {
			return errClaims
		}
		return err
	}
}

func golangJWTUserinfo(p *idp) func(string) error {
	parser := golangJWTParser(p, "ES256")
	return func(text string) error {
		var c struct {
			jwt.RegisteredClaims
			identityClaims
		}
		_, err := parser.ParseWithClaims(text, &c, func(*jwt.Token) (any, error) { return &ecKey.PublicKey, nil })
		if err == nil && c.Subject != subject {
			return errClaims
		}
		return err
	}
}

func golangJWTParser(p *idp, alg string) *jwt.Parser {
	return jwt.NewParser(jwt.WithValidMethods([]string{alg}), jwt.WithIssuer(p.issuer), jwt.WithAudience(clientID),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt())
}
