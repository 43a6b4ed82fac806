module github.com/franceconnect-go/franceconnect/testdata/beside

go 1.26.0

replace github.com/franceconnect-go/franceconnect => ../..

require (
	github.com/franceconnect-go/franceconnect v0.1.0
	github.com/go-jose/go-jose/v4 v4.1.8
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/coreos/go-oidc/v3 v3.21.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/oauth2 v0.37.0 // indirect
)
