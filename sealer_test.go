package franceconnect_test

import (
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// decryptionAlgs are what the relying party's keys of the vectors are for.
var decryptionAlgs = map[string]string{"ec": "ECDH-ES", "ec-b": "ECDH-ES", "rsa": "RSA-OAEP", "rsa256": "RSA-OAEP-256"}

// held are the keys that the vector gives the relying party, "ec rsa rsa256"
// by default. A name may be followed by =kid.
func (p *signer) held() (keys []franceconnect.DecryptionKey) {
	for field := range strings.FieldsSeq(cmp.Or(p.vector["held"], "ec rsa rsa256")) {
		name, kid, named := strings.Cut(field, "=")
		if !named {
			kid = name
		}
		k, err := franceconnect.NewDecryptionKey(kid, decryptionAlgs[name], vectorKeys()[name])
		require.NoError(p.t, err)
		keys = append(keys, k)
	}
	return keys
}

// seal encrypts a token as FranceConnect+ does, or as the vector says: to the
// key that it names, to none, or twice over.
func (p *signer) seal(what, plain string) string {
	key := cmp.Or(p.vector[what+".jwe"], "ec")
	switch key {
	case "none":
		return plain
	case "twice":
		return p.sealTo("ec", what, p.sealTo("ec", "", plain))
	}
	return p.sealTo(key, what, plain)
}

// sealTo is RFC 7516, section 5.1, by hand, so that any header can be had.
func (p *signer) sealTo(key, what, plain string) string {
	header := map[string]any{"alg": decryptionAlgs[key], "enc": "A256GCM", "cty": "JWT", "kid": key, "iss": p.issuer(), "aud": vectorClient}
	cek, wrapped := make([]byte, 32), []byte(nil)
	rand.Read(cek)
	switch k := vectorKeys()[key].(type) {
	case *rsa.PrivateKey:
		oaep := map[string]func() hash.Hash{"RSA-OAEP": sha1.New, "RSA-OAEP-256": sha256.New}[decryptionAlgs[key]]
		var err error
		wrapped, err = rsa.EncryptOAEP(oaep(), rand.Reader, &k.PublicKey, cek, nil)
		require.NoError(p.t, err)
	case *ecdsa.PrivateKey:
		public, err := k.PublicKey.ECDH()
		require.NoError(p.t, err)
		ephemeral, err := ecdh.P256().GenerateKey(rand.Reader)
		require.NoError(p.t, err)
		z, err := ephemeral.ECDH(public)
		require.NoError(p.t, err)
		cek = concatKDF(z, "A256GCM")
		point := ephemeral.PublicKey().Bytes()
		header["epk"] = map[string]string{"kty": "EC", "crv": "P-256",
			"x": base64.RawURLEncoding.EncodeToString(point[1:33]), "y": base64.RawURLEncoding.EncodeToString(point[33:])}
	}
	text, err := json.Marshal(p.patched(what+".jwe.header", header))
	require.NoError(p.t, err)
	if raw, ok := p.vector[what+".jwe.head"]; ok {
		text = []byte(p.fill(raw))
	}
	protected := base64.RawURLEncoding.EncodeToString(text)
	block, err := aes.NewCipher(cek)
	require.NoError(p.t, err)
	gcm, err := cipher.NewGCM(block)
	require.NoError(p.t, err)
	iv := make([]byte, gcm.NonceSize())
	rand.Read(iv)
	sealed := gcm.Seal(nil, iv, []byte(plain), []byte(protected))
	parts := []string{protected}
	for _, b := range [][]byte{wrapped, iv, sealed[:len(sealed)-16], sealed[len(sealed)-16:]} {
		parts = append(parts, base64.RawURLEncoding.EncodeToString(b))
	}
	return strings.Join(parts, ".")
}

// concatKDF derives a key of 256 bits (RFC 7518, section 4.6.2).
func concatKDF(z []byte, alg string) []byte {
	h := sha256.New()
	for _, part := range [][]byte{{0, 0, 0, 1}, z, binary.BigEndian.AppendUint32(nil, uint32(len(alg))), []byte(alg),
		{0, 0, 0, 0}, {0, 0, 0, 0}, binary.BigEndian.AppendUint32(nil, 256)} {
		h.Write(part)
	}
	return h.Sum(nil)
}
