module github.com/franceconnect-go/franceconnect/testdata/replicas

go 1.26.0

replace (
	github.com/franceconnect-go/franceconnect => ../..
	github.com/franceconnect-go/franceconnect/redisstore => ../../redisstore
)

require (
	github.com/franceconnect-go/franceconnect v0.1.0
	github.com/franceconnect-go/franceconnect/redisstore v0.1.0
	github.com/redis/go-redis/v9 v9.23.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/coreos/go-oidc/v3 v3.21.0 // indirect
	github.com/go-jose/go-jose/v4 v4.1.8 // indirect
	go.uber.org/atomic v1.12.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/oauth2 v0.37.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
)
