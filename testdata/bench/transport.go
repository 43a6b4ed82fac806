package main

import (
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
)

// roomy returns a transport that keeps enough connections, where connections are
// not what is measured: all contenders have one.
func roomy() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, 64
	return t
}

// trust makes a certificate one that the machine trusts, for contenders with
// their default settings, until the function that it returns is called. Only
// the first certificate of a process is ever looked at.
func trust(c *x509.Certificate) (done func()) {
	folder := must(os.MkdirTemp("", "bench"))
	file := filepath.Join(folder, "root.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), 0o600); err != nil {
		panic(err)
	}
	if err := os.Setenv("SSL_CERT_FILE", file); err != nil {
		panic(err)
	}
	return func() { _ = os.RemoveAll(folder) }
}
