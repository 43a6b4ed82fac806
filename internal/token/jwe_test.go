package token

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// sealed makes a nested token of any text.
func sealed(t testing.TB, alg jose.KeyAlgorithm, key crypto.PublicKey, kid, plain string) string {
	e, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: alg, Key: key, KeyID: kid}, (&jose.EncrypterOptions{}).WithContentType("JWT"))
	require.NoError(t, err)
	jwe, err := e.Encrypt([]byte(plain))
	require.NoError(t, err)
	compact, err := jwe.CompactSerialize()
	require.NoError(t, err)
	return compact
}

// hardware is a key of which only the operation is to be had.
type hardware struct{ key *rsa.PrivateKey }

func (h hardware) Public() crypto.PublicKey { return &h.key.PublicKey }
func (h hardware) Decrypt(random io.Reader, text []byte, opts crypto.DecrypterOpts) ([]byte, error) {
	return h.key.Decrypt(random, text, opts)
}

func TestWhatIsEncryptedForEachKindOfKeyOpens(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		alg     string
		private crypto.PrivateKey
		public  crypto.PublicKey
	}{
		"ECDH-ES":                           {"ECDH-ES", ec, ec.Public()},
		"RSA-OAEP":                          {"RSA-OAEP", rs, rs.Public()},
		"RSA-OAEP-256":                      {"RSA-OAEP-256", rs, rs.Public()},
		"RSA-OAEP in a hardware module":     {"RSA-OAEP", hardware{rs}, rs.Public()},
		"RSA-OAEP-256 in a hardware module": {"RSA-OAEP-256", hardware{rs}, rs.Public()},
	} {
		k, err := NewDecryptionKey("k", c.alg, c.private)
		require.NoError(t, err, name)
		r := &Verifier{Decryption: []DecryptionKey{k}}
		plain, err := r.decrypt(t.Context(), sealed(t, jose.KeyAlgorithm(c.alg), c.public, "k", "a.b.c"))
		require.NoError(t, err, name)
		require.Equal(t, "a.b.c", plain)
	}
}

// foreign is a key held elsewhere that is no RSA key.
type foreign struct{ hardware }

func (foreign) Public() crypto.PublicKey { return ed25519.PublicKey(nil) }

func TestKeysThatCannotServeAreRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	small := hardware{&rsa.PrivateKey{PublicKey: rsa.PublicKey{E: 65537}}}
	small.key.N, _ = bigOfBits(2047)
	for reason, c := range map[string]struct {
		id, alg string
		key     crypto.PrivateKey
	}{
		"has no key id":                {"", "ECDH-ES", ec},
		"is an EC key":                 {"k", "RSA-OAEP", ec},
		"is an RSA key, which is for":  {"k", "ECDH-ES", rs},
		`and not for "RSA1_5"`:         {"k", "RSA1_5", rs},
		"less than 2048 bits":          {"k", "RSA-OAEP", small},
		"is neither an EC nor an RSA":  {"k", "ECDH-ES", ed},
		"is nil":                       {"k", "ECDH-ES", nil},
		"an EC nor an RSA private key": {"k", "RSA-OAEP", foreign{}},
		"is incomplete":                {"k", "ECDH-ES", struct{ ecdh.KeyExchanger }{}},
	} {
		_, err := NewDecryptionKey(c.id, c.alg, c.key)
		require.ErrorContains(t, err, reason)
	}
}

func TestAPrivateKeySetIsReadAndItsPublicHalvesPublished(t *testing.T) {
	t.Parallel()
	c := readCaptured(t)[3]
	keys, err := ParseDecryptionKeys(c.Decryption)
	require.NoError(t, err)
	require.Len(t, keys, 3)
	var set struct{ Keys []map[string]any }
	require.NoError(t, json.Unmarshal(PublishKeys(keys), &set))
	require.Len(t, set.Keys, 3)
	for i, k := range set.Keys {
		require.Equal(t, "enc", k["use"])
		require.Equal(t, keys[i].ID, k["kid"])
		require.Equal(t, keys[i].Algorithm, k["alg"])
		for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "k"} {
			require.NotContains(t, k, private)
		}
	}
	require.JSONEq(t, `{"keys":[]}`, string(PublishKeys(nil)))
	private := string(c.Decryption[bytes.IndexByte(c.Decryption, '[')+1 : bytes.IndexByte(c.Decryption, '}')+1]) // the first
	for bad, reason := range map[string]string{
		``:            "is not a key set (JWKS) with private keys",
		`{`:           "is not a key set (JWKS) with private keys",
		`[]`:          "is not a key set (JWKS) with private keys",
		`{"keys":[]}`: "is an empty key set",
		`{"keys":[{"kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQ","kid":"k","alg":"dir"}]}`:                 "has a key, number 1, that is neither an EC nor an RSA private key",
		`{"keys":[` + private + `,{"kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQ","kid":"k","alg":"dir"}]}`: "has a key, number 2, that is neither an EC nor an RSA private key",
		`{"keys":[` + private + `,{"kty":"OKP","crv":"X25519","x":"AA","kid":"k"}]}`:                       "has a key, number 2, that is neither an EC nor an RSA private key",
		`{"keys":[` + private + `,{"kty":"EC","crv":"P-256","kid":"k"}]}`:                                  "has a key, number 2, that is not a complete private key in the form of a JWK",
		`{"keys":[7]}`:            "has a key, number 1, that is not a complete private key in the form of a JWK",
		string(PublishKeys(keys)): "has a key, number 1, that is neither an EC nor an RSA private key",
	} {
		_, err := ParseDecryptionKeys([]byte(bad))
		require.EqualError(t, err, reason, "and nothing of the set")
	}
}

// One key in 85 begins with a zero in one of its numbers, and some tools drop it.
func TestAKeyWithoutTheZerosThatItBeginsWithIsRefusedByThatName(t *testing.T) {
	t.Parallel()
	for _, curve := range curves {
		for _, part := range []string{"x", "y", "d"} {
			key, err := ecdsa.GenerateKey(curve, rand.Reader)
			require.NoError(t, err)
			text, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: "k", Algorithm: "ECDH-ES"})
			require.NoError(t, err)
			var k map[string]string
			require.NoError(t, json.Unmarshal(text, &k))
			whole, err := base64.RawURLEncoding.DecodeString(k[part])
			require.NoError(t, err)
			k[part] = base64.RawURLEncoding.EncodeToString(whole[1:])
			set, err := json.Marshal(map[string]any{"keys": []any{k}})
			require.NoError(t, err)
			_, err = ParseDecryptionKeys(set)
			require.ErrorContains(t, err, "has a key, number 1, that has lost the zeros that its x, y or d begins with", part)
			k[part] = ""
			set, err = json.Marshal(map[string]any{"keys": []any{k}})
			require.NoError(t, err)
			_, err = ParseDecryptionKeys(set)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "zeros")
		}
	}
}

// RFC 7516, section 7.1: five parts, and for each of them one text.
func TestAnEncryptedTokenIsWrittenInOneWay(t *testing.T) {
	t.Parallel()
	keys, err := ParseDecryptionKeys(readCaptured(t)[3].Decryption)
	require.NoError(t, err)
	r := &Verifier{Decryption: keys}
	k := keys[slices.IndexFunc(keys, func(k DecryptionKey) bool { return k.Algorithm == "RSA-OAEP" })]
	good := strings.Split(sealed(t, jose.RSA_OAEP, k.public, k.ID, "a.b.c"), ".")
	refused := func(reason string, parts ...string) {
		t.Helper()
		_, err := r.decrypt(t.Context(), strings.Join(parts, "."))
		requireReason(t, reason, err)
	}
	_, err = r.decrypt(t.Context(), strings.Join(good, "."))
	require.NoError(t, err)
	for i := range good {
		bent := func(to string) []string { return slices.Concat(good[:i], []string{to}, good[i+1:]) }
		refused("format", bent(good[i]+"\n")...)
		refused("format", bent("\r"+good[i])...)
		_, err = r.decrypt(t.Context(), strings.Join(bent(good[i]+"="), "."))
		require.Error(t, err, "padding")
		if len(good[i])%4 != 0 { // a bit that does not count, in the last character
			last := len(good[i]) - 1
			refused("format", bent(good[i][:last]+string(good[i][last]+1))...)
		}
	}
	_, err = r.decrypt(t.Context(), sealed(t, jose.RSA_OAEP, k.public, "lost", "a.b.c"))
	require.Equal(t, &Error{Reason: "jwe.kid", Wanted: "lost", Held: []string{keys[0].ID, keys[1].ID, keys[2].ID}}, err)
	refused("format", "!", good[1], good[2], good[3], good[4])
	refused("format", good[0], good[1], good[2], "!!!!"+good[3], good[4])
	refused("jwe.missing", good[:3]...)
	refused("format", good[:4]...)
	refused("format", append(good, good[4])...)
}

// A part that gives a byte to the next one makes another text of one content.
func TestNoByteMovesFromOnePartToAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	parts := strings.Split(w.token, ".")
	var raw [5]string
	for i, p := range parts {
		raw[i], _ = decodeBase64(p)
	}
	for i := 2; i < 4; i++ {
		for _, at := range []int{len(raw[i]) - 1, len(raw[i])} {
			both := []byte(raw[i] + raw[i+1])
			moved := slices.Clone(parts)
			moved[i], moved[i+1] = encode(both[:at]), encode(both[at:])
			_, err := w.r.decrypt(t.Context(), strings.Join(moved, "."))
			if at == len(raw[i]) {
				require.NoError(t, err)
				continue
			}
			requireReason(t, "format", err)
		}
	}
}

// The tokens of testdata/nested.json are made by other people's libraries
// (testdata/beside/jose), among them jose of npm, with which FranceConnect+ encrypts
// (oidc-provider). Some have no kid, some the sender's and the recipient's names (apu,
// apv; RFC 7518, section 4.6.1), which nobody else here writes; each library has its
// own order of members.
func TestTokensOfOtherLibrariesAreBelieved(t *testing.T) {
	t.Parallel()
	var c struct {
		Issuer     string
		ClientID   string `json:"client_id"`
		Subject    string `json:"sub"`
		Nonce      string
		Now        int64
		Signer     jose.JSONWebKey
		Decryption json.RawMessage `json:"decryption_jwks"`
		Tokens     []struct{ By, Name, Token string }
	}
	text, err := os.ReadFile("testdata/nested.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &c))
	require.Len(t, c.Tokens, 4*12)
	held, err := ParseDecryptionKeys(c.Decryption)
	require.NoError(t, err)
	keys := func(context.Context, string, uint64) ([]jose.JSONWebKey, uint64, error) {
		return []jose.JSONWebKey{c.Signer}, 0, nil
	}
	r := &Verifier{Issuer: c.Issuer, ClientID: c.ClientID, Algorithms: []string{"ES256"}, Decryption: held}
	now := time.Unix(c.Now, 0)
	for _, k := range c.Tokens {
		believed, err := r.IDToken(t.Context(), keys, k.Token, c.Nonce, "access", now)
		require.NoError(t, err, "%s: %s", k.By, k.Name)
		require.Equal(t, c.Subject, believed.Subject)
		for i, part := range strings.Split(k.Token, ".") {
			raw, ok := decodeBase64(part)
			if !ok {
				require.Equal(t, 1, i) // ECDH-ES has no content key
				continue
			}
			bent := []byte(raw)
			bent[len(bent)/2] ^= 1
			parts := strings.Split(k.Token, ".")
			parts[i] = encode(bent)
			_, err := r.IDToken(t.Context(), keys, strings.Join(parts, "."), c.Nonce, "access", now)
			require.Error(t, err, "%s: %s, part %d", k.By, k.Name, i)
		}
	}
}

// withHeader returns a token for a key, with another header around it. It opens
// with none, for the content is bound to the header; what is to be seen is that the
// key is not used at all.
func withHeader(t *testing.T, raw string, change func(map[string]any)) string {
	head, rest, _ := strings.Cut(raw, ".")
	text, ok := decodeBase64(head)
	require.True(t, ok)
	var members map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &members))
	change(members)
	changed, err := json.Marshal(members)
	require.NoError(t, err)
	return encode(changed) + "." + rest
}

func TestAKeyIsNotUsedForAnotherSendersKeyThanOneOfItsCurve(t *testing.T) {
	t.Parallel()
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	w := newWorld(t)
	other := func(key *ecdsa.PrivateKey) map[string]any {
		text, err := json.Marshal(jose.JSONWebKey{Key: key.Public()})
		require.NoError(t, err)
		var members map[string]any
		require.NoError(t, json.Unmarshal(text, &members))
		return members
	}
	epk := func(name string, value any) func(map[string]any) {
		return func(h map[string]any) { h["epk"].(map[string]any)[name] = value }
	}
	for name, change := range map[string]func(map[string]any){
		"none":                  func(h map[string]any) { delete(h, "epk") },
		"no object":             func(h map[string]any) { h["epk"] = "P-256" },
		"of another curve":      func(h map[string]any) { h["epk"] = other(p384) },
		"that says it is of it": func(h map[string]any) { h["epk"] = other(p384); epk("crv", "P-256")(h) },
		"of another type":       epk("kty", "OKP"),
		"without curve":         epk("crv", nil),
		"off the curve":         epk("x", encode(make([]byte, 32))),
		"with another border between x and y": func(h map[string]any) {
			e := h["epk"].(map[string]any)
			x, _ := decodeBase64(e["x"].(string))
			y, _ := decodeBase64(e["y"].(string))
			e["x"], e["y"] = encode([]byte(x[:31])), encode([]byte(x[31:]+y))
		},
		"with a y that is none": epk("y", 1),
		"in another base64":     epk("y", "++++"),
		"apu is no text":        func(h map[string]any) { h["apu"] = 1 },
		"apu is no base64url":   func(h map[string]any) { h["apu"] = "+" },
		"apv is no base64url":   func(h map[string]any) { h["apv"] = "AB=" },
	} {
		w.calls.Store(0)
		_, err := w.r.decrypt(t.Context(), withHeader(t, w.token, change))
		requireReason(t, "jwe.decrypt", err)
		require.EqualValues(t, 1, w.calls.Load(), "%s: the trial alone", name)
	}
	// RFC 7516, section 5.2, step 10.
	w.calls.Store(0)
	_, err = w.r.decrypt(t.Context(), strings.Replace(w.token, "..", ".AAAA.", 1))
	requireReason(t, "jwe.decrypt", err)
	require.EqualValues(t, 1, w.calls.Load())
	// Either name may be empty.
	w.calls.Store(0)
	_, err = w.r.decrypt(t.Context(), withHeader(t, w.token, func(h map[string]any) { h["apu"] = "" }))
	requireReason(t, "jwe.decrypt", err)
	require.EqualValues(t, 3, w.calls.Load())
}

// FuzzDecrypt: whatever comes, a text or a reason, never both and never a
// panic; and what opens was encrypted for our key.
func FuzzDecrypt(f *testing.F) {
	c := readCaptured(f)[3]
	keys, err := ParseDecryptionKeys(c.Decryption)
	require.NoError(f, err)
	good := c.TokenResponse.IDToken
	parts := strings.Split(good, ".")
	head, _ := decodeBase64(parts[0])
	f.Add([]byte(head), parts[1], parts[2], parts[3], parts[4])
	f.Add([]byte(`{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT"}`), "AAAA", "AAAA", "AAAA", "AAAA")
	f.Fuzz(func(t *testing.T, head []byte, key, iv, text, tag string) {
		r := &Verifier{Issuer: c.Issuer, ClientID: c.ClientID, Decryption: keys}
		raw := strings.Join([]string{encode(head), key, iv, text, tag}, ".")
		plain, err := r.decrypt(t.Context(), raw)
		require.True(t, (plain == "") == (err != nil))
		if err == nil {
			require.Equal(t, good, raw)
		}
	})
}
