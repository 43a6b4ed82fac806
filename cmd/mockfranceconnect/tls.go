package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"time"
)

// selfSigned makes a certificate for an origin and this machine’s own names, good
// for a month, and writes its authority to a file, for clients to trust. Nothing else
// is ever signed by that authority: its key is thrown away.
func selfSigned(caFile, origin string, now time.Time) (*tls.Config, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return nil, err
	}
	if err := checkReplaceable(caFile); err != nil {
		return nil, fmt.Errorf("-tls: %w", err)
	}
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: authorityName},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 1, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	caKey, ca, err := certificate(authority, authority, nil)
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: u.Hostname()}, NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}}
	if ip := net.ParseIP(u.Hostname()); ip != nil {
		leaf.IPAddresses = append(leaf.IPAddresses, ip)
	} else {
		leaf.DNSNames = append(leaf.DNSNames, u.Hostname())
	}
	key, own, err := certificate(leaf, authority, caKey)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca}), 0o644); err != nil {
		return nil, fmt.Errorf("-tls: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{own}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, nil
}

const authorityName = "mockfranceconnect, of this start alone"

// checkReplaceable refuses a file that is anything but an authority of an earlier
// start: other programs take a certificate or a key of one’s own there.
func checkReplaceable(file string) error {
	text, err := os.ReadFile(file)
	if err != nil || len(text) == 0 {
		return nil // there is none, or writing it says why not
	}
	if block, rest := pem.Decode(text); block != nil && len(rest) == 0 {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil && c.Subject.CommonName == authorityName {
			return nil
		}
	}
	return fmt.Errorf("%s is no authority of an earlier start: it is left as it is; name a file to write", file)
}

// certificate signs a certificate with its parent’s key, or with its own if that is
// nil.
func certificate(of, parent *x509.Certificate, by *ecdsa.PrivateKey) (key *ecdsa.PrivateKey, der []byte, err error) {
	if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, nil, err
	}
	if by == nil {
		by = key
	}
	der, err = x509.CreateCertificate(rand.Reader, of, parent, &key.PublicKey, by)
	return key, der, err
}
