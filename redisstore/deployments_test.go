package redisstore_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

// works puts and takes once.
func works(t *testing.T, s *redisstore.Store, key string) {
	require.NoError(t, s.Put(t.Context(), key, []byte{1}, time.Minute))
	requireTake(t, s, key, true)
	requireTake(t, s, key, false)
}

func TestAPasswordIsGivenOrMissed(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine, "--requirepass", "correct horse")
		works(t, newStore(t, server.client(func(o *redis.UniversalOptions) { o.Password = "correct horse" }), redisstore.Options{}), key)
		for password, want := range map[string]string{"": "redisstore: put: NOAUTH ", "battery staple": "redisstore: put: WRONGPASS "} {
			s := newStore(t, server.client(func(o *redis.UniversalOptions) { o.Password = password }), redisstore.Options{})
			err := s.Put(t.Context(), key, []byte{1}, time.Minute)
			require.ErrorContains(t, err, want)
			require.NotContains(t, err.Error(), "battery")
		}
	})
}

func TestAUserNeedsTwoCommandsOnOnePrefix(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine)
		admin := server.client(nil)
		require.NoError(t, admin.ACLSetUser(t.Context(), "portail", "on", ">secret", "~portail:*", "+set", "+getdel").Err())
		client := server.client(func(o *redis.UniversalOptions) { o.Username, o.Password = "portail", "secret" })
		works(t, newStore(t, client, redisstore.Options{Prefix: "portail:"}), key)

		err := newStore(t, client, redisstore.Options{Prefix: "autre:"}).Put(t.Context(), key, []byte{1}, time.Minute)
		require.ErrorContains(t, err, "redisstore: put: NOPERM ")
		require.NotContains(t, err.Error(), key)
		require.NoError(t, admin.ACLSetUser(t.Context(), "portail", "-getdel").Err())
		_, _, err = newStore(t, client, redisstore.Options{Prefix: "portail:"}).Take(t.Context(), key)
		require.ErrorContains(t, err, "redisstore: take: NOPERM ")
		require.NotContains(t, err.Error(), key)
	})
}

func TestTLSIsSpokenBothWays(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		dir := t.TempDir()
		ca := newAuthority(t, dir)
		ca.issue(dir, "server")
		ca.issue(dir, "client")
		server := start(t, engine, "--tls-cert-file", dir+"/server.pem", "--tls-key-file", dir+"/server.key", "--tls-ca-cert-file", dir+"/ca.pem")
		certificate, err := tls.LoadX509KeyPair(dir+"/client.pem", dir+"/client.key")
		require.NoError(t, err)
		with := func(c *tls.Config) *redisstore.Store {
			return newStore(t, server.client(func(o *redis.UniversalOptions) { o.TLSConfig = c }), redisstore.Options{})
		}
		works(t, with(&tls.Config{RootCAs: ca.pool, Certificates: []tls.Certificate{certificate}}), key)

		err = with(&tls.Config{Certificates: []tls.Certificate{certificate}}).Put(t.Context(), key, []byte{1}, time.Minute)
		require.ErrorContains(t, err, "redisstore: put: tls: failed to verify certificate")
		require.Error(t, with(&tls.Config{RootCAs: ca.pool}).Put(t.Context(), key, []byte{1}, time.Minute), "without a certificate of ours")
		require.Error(t, with(nil).Put(t.Context(), key, []byte{1}, time.Minute), "in the clear")
	})
}

func TestAClusterOfThreeTakesOnce(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		client := closing(t, redis.NewUniversalClient(&redis.UniversalOptions{Addrs: cluster(t, engine), ContextTimeoutEnabled: true}))
		require.IsType(t, (*redis.ClusterClient)(nil), client)
		s := newStore(t, client, redisstore.Options{Prefix: "portail:"})
		for n := range 200 { // on all three
			works(t, s, "fc:"+strconv.Itoa(n))
		}
	})
}

func TestSentinelsLeadToTheServerThatTookOver(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		master, addrs := sentinels(t, engine)
		client := closing(t, redis.NewUniversalClient(&redis.UniversalOptions{Addrs: addrs, MasterName: "portal", ContextTimeoutEnabled: true}))
		s := newStore(t, client, redisstore.Options{})
		require.NoError(t, s.Put(t.Context(), key, []byte{1}, time.Minute))
		var copies *redis.Cmd
		_, err := master.client(nil).Pipelined(t.Context(), func(p redis.Pipeliner) error {
			p.Set(t.Context(), "fc:later", 1, time.Minute) // WAIT is for what its own connection wrote, and so for all before
			copies = p.Do(t.Context(), "wait", 1, 5000)
			return nil
		})
		require.NoError(t, err)
		require.EqualValues(t, 1, copies.Val(), "the replica has it")
		master.kill()
		hurry(t, addrs)
		back(t, s)
		_, found := take(t, s, key)
		require.True(t, found, "the replica had it")
	})
}

// An authority signs certificates for 127.0.0.1.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority(t *testing.T, dir string) *authority {
	a := &authority{t: t, pool: x509.NewCertPool()}
	a.cert = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of a test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.key = a.write(dir, "ca", a.cert, nil)
	a.pool.AddCert(a.cert)
	return a
}

// issue writes name.pem and name.key.
func (a *authority) issue(dir, name string) {
	a.write(dir, name, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, a)
}

// write signs a certificate, by itself if by is nil, and fills it in.
func (a *authority) write(dir, name string, c *x509.Certificate, by *authority) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	parent, signer := c, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	require.NoError(a.t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(a.t, err)
	for file, block := range map[string]*pem.Block{
		name + ".pem": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: private},
	} {
		require.NoError(a.t, os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o600))
	}
	signed, err := x509.ParseCertificate(der)
	require.NoError(a.t, err)
	*c = *signed
	return key
}
