module github.com/franceconnect-go/franceconnect/testdata/release

go 1.26.0

require (
	github.com/CycloneDX/cyclonedx-go v0.9.3
	golang.org/x/mod v0.43.0
)

require (
	github.com/stretchr/testify v1.12.1
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)
