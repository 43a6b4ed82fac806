package token

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/go-jose/go-jose/v4"
	josecipher "github.com/go-jose/go-jose/v4/cipher"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A DecryptionKey opens what FranceConnect+ encrypts for us.
type DecryptionKey struct {
	ID, Algorithm string
	public        crypto.PublicKey
	private       privateKey
	state         *state
}

// A privateKey is an RSA or an EC key of which only its operation is known: in a
// hardware module, a key service, or in memory, there is one way.
type privateKey interface {
	// operation returns what finds the content key of a token; false if the token
	// is not made for such a key.
	operation(*encrypted) (operation, bool)
	// trial draws a value that only the private key finds.
	trial() (find operation, want []byte, err error)
}

// An operation is one use of a private key.
type operation func() ([]byte, error)

// A KeyProblem is why a key cannot serve: in both languages, what follows "a key
// that".
type KeyProblem struct{ text.Text }

func (p *KeyProblem) Error() string { return p.English }

func problem(french, english string) error { return &KeyProblem{text.Of(french, english)} }

// curves are those that FranceConnect+ encrypts to.
var curves = map[ecdh.Curve]elliptic.Curve{ecdh.P256(): elliptic.P256(), ecdh.P384(): elliptic.P384(), ecdh.P521(): elliptic.P521()}

// oaep are the hashes of RSA-OAEP (RFC 7518, section 4.3). SHA-1 is no
// weakness there, and FranceConnect+ offers it.
var oaep = map[string]crypto.Hash{"RSA-OAEP": crypto.SHA1, "RSA-OAEP-256": crypto.SHA256}

// NewDecryptionKey checks that a private key is one for the algorithm, and that its
// public half can be published. A key held elsewhere is an ecdh.KeyExchanger, or a
// crypto.Decrypter with an RSA public key. The error is a *KeyProblem.
func NewDecryptionKey(id, algorithm string, private crypto.PrivateKey) (k DecryptionKey, err error) {
	k = DecryptionKey{ID: id, Algorithm: algorithm}
	defer func() {
		if recover() != nil { // as half a key of the standard library does, or one around nil
			err = problem("est incomplète", "is incomplete")
		}
	}()
	if id == "" {
		return k, problem("n’a pas de nom (kid)", "has no key id (kid)")
	}
	if v := reflect.ValueOf(private); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return k, problem("est vide (nil)", "is nil")
	}
	switch key := private.(type) {
	case *ecdsa.PrivateKey:
		exchanger, wrong := key.ECDH()
		if wrong != nil {
			return k, onOtherCurve
		}
		k.state = newState(false)
		k.private, k.public, err = newExchange(algorithm, exchanger)
		if err == nil && !key.PublicKey.Equal(k.public) {
			err = problem("a la partie publique d’une autre clé", "has the public half of another key")
		}
	case ecdh.KeyExchanger:
		_, here := key.(*ecdh.PrivateKey)
		k.state = newState(!here)
		k.private, k.public, err = newExchange(algorithm, key)
	case crypto.Decrypter:
		_, here := key.(*rsa.PrivateKey)
		k.state = newState(!here)
		k.private, k.public, err = newDecrypter(algorithm, key)
	case crypto.Signer:
		if _, ec := key.Public().(*ecdsa.PublicKey); ec {
			return k, problem("ne sait que signer : ECDH-ES veut une crypto/ecdh.KeyExchanger", "only signs: ECDH-ES needs a crypto/ecdh.KeyExchanger")
		}
		err = neither
	default:
		err = neither
	}
	if err != nil {
		return k, err
	}
	if jwk := k.published(); !jwk.Valid() {
		return k, withoutPublicHalf
	}
	return k, nil
}

var (
	neither           = problem("n’est ni une clé privée EC ni une clé privée RSA", "is neither an EC nor an RSA private key")
	withoutPublicHalf = problem("n’a pas de partie publique à publier", "has no public half to publish")
	onOtherCurve      = problem("est sur une autre courbe que P-256, P-384 et P-521, ou n’est pas valide", "is on a curve other than P-256, P-384 and P-521, or is not valid")
)

// exchange is an EC key.
type exchange struct {
	ecdh.KeyExchanger
	public *ecdh.PublicKey
}

func newExchange(algorithm string, key ecdh.KeyExchanger) (privateKey, crypto.PublicKey, error) {
	if algorithm != "ECDH-ES" {
		return nil, nil, problem("est une clé EC, faite pour ECDH-ES et non pour « "+algorithm+" »", fmt.Sprintf("is an EC key, which is for ECDH-ES and not for %q", algorithm))
	}
	public := key.PublicKey()
	if public == nil {
		return nil, nil, withoutPublicHalf
	}
	curve := curves[public.Curve()]
	if curve == nil || key.Curve() != public.Curve() {
		return nil, nil, onOtherCurve
	}
	published, err := ecdsa.ParseUncompressedPublicKey(curve, public.Bytes())
	if err != nil {
		return nil, nil, withoutPublicHalf
	}
	return exchange{key, public}, published, nil
}

// operation is direct key agreement (RFC 7518, section 4.6).
func (e exchange) operation(j *encrypted) (operation, bool) {
	if len(j.contentKey) != 0 { // RFC 7516, section 5.2, step 10
		return nil, false
	}
	peer, ok := e.ephemeral(j.head)
	u, uOK := partyInfo(j.head, "apu")
	v, vOK := partyInfo(j.head, "apv")
	if !ok || !uOK || !vOK {
		return nil, false
	}
	return func() ([]byte, error) {
		z, err := e.agree(peer)
		if err != nil {
			return nil, err
		}
		key := make([]byte, contentKeySize)
		kdf := josecipher.NewConcatKDF(crypto.SHA256, z, prefixed([]byte("A256GCM")), u, v, binary.BigEndian.AppendUint32(nil, 8*contentKeySize), nil)
		_, _ = kdf.Read(key) // it has as much as is wanted
		return key, nil
	}, true
}

// agree returns the x coordinate of the shared point, which a module may give
// without the zeros that it begins with.
func (e exchange) agree(peer *ecdh.PublicKey) ([]byte, error) {
	z, err := e.ECDH(peer)
	if err != nil || len(z) >= e.size() {
		return z, err
	}
	return append(make([]byte, e.size()-len(z)), z...), nil
}

// size returns the length of a coordinate, in bytes.
func (e exchange) size() int { return (len(e.public.Bytes()) - 1) / 2 }

// ephemeral returns the sender's key (RFC 7518, sections 4.6.1.1 and 6.2.1), which is
// on the curve of ours.
func (e exchange) ephemeral(h Claims) (*ecdh.PublicKey, bool) {
	epk, ok := parseObject(h.value("epk"))
	if !ok {
		return nil, false
	}
	kty, _ := epk.text("kty")
	crv, _ := epk.text("crv")
	if kty != "EC" || crv != curves[e.public.Curve()].Params().Name {
		return nil, false
	}
	point := []byte{4} // uncompressed
	for _, name := range []string{"x", "y"} {
		part, _ := epk.text(name)
		coordinate, ok := decodeBase64(part)
		if !ok || len(coordinate) != e.size() {
			return nil, false
		}
		point = append(point, coordinate...)
	}
	peer, err := e.public.Curve().NewPublicKey(point)
	return peer, err == nil
}

// partyInfo returns apu or apv, as the key derivation takes it; it may not be there.
func partyInfo(h Claims, name string) ([]byte, bool) {
	if !h.has(name) {
		return prefixed(nil), true
	}
	part, ok := h.text(name)
	if part == "" {
		return prefixed(nil), ok
	}
	b, ok := decodeBase64(part)
	return prefixed([]byte(b)), ok
}

// prefixed puts its length before a text.
func prefixed(b []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)
}

func (e exchange) trial() (operation, []byte, error) {
	sender, err := e.public.Curve().GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	want, err := sender.ECDH(e.public)
	return func() ([]byte, error) { return e.agree(sender.PublicKey()) }, want, err
}

// decrypter is an RSA key.
type decrypter struct {
	crypto.Decrypter
	public *rsa.PublicKey
	hash   crypto.Hash
}

func newDecrypter(algorithm string, key crypto.Decrypter) (privateKey, crypto.PublicKey, error) {
	public, ok := key.Public().(*rsa.PublicKey)
	if !ok {
		return nil, nil, neither
	}
	if public == nil || public.N == nil {
		return nil, nil, withoutPublicHalf
	}
	hash, ok := oaep[algorithm]
	if !ok {
		return nil, nil, problem("est une clé RSA, faite pour RSA-OAEP ou RSA-OAEP-256 et non pour « "+algorithm+" »", fmt.Sprintf("is an RSA key, which is for RSA-OAEP or RSA-OAEP-256 and not for %q", algorithm))
	}
	if public.N.BitLen() < 2048 {
		return nil, nil, problem("est une clé RSA de moins de 2048 bits", "is an RSA key of less than 2048 bits")
	}
	return decrypter{key, public, hash}, public, nil
}

func (d decrypter) operation(j *encrypted) (operation, bool) {
	return func() ([]byte, error) { return d.decrypt(j.contentKey) }, true
}

func (d decrypter) decrypt(encrypted []byte) ([]byte, error) {
	return d.Decrypt(rand.Reader, encrypted, &rsa.OAEPOptions{Hash: d.hash})
}

func (d decrypter) trial() (operation, []byte, error) {
	want := make([]byte, contentKeySize)
	rand.Read(want)
	encrypted, err := rsa.EncryptOAEP(d.hash.New(), rand.Reader, d.public, want, nil)
	return func() ([]byte, error) { return d.decrypt(encrypted) }, want, err
}

// ParseDecryptionKeys reads a private key set (RFC 7517, section 5). The error is a
// *KeyProblem, and what follows "a set that".
func ParseDecryptionKeys(set []byte) ([]DecryptionKey, error) {
	var parsed struct{ Keys []json.RawMessage }
	if json.Unmarshal(set, &parsed) != nil { // whose text no error repeats
		return nil, problem("n’a pas la forme d’un jeu de clés privées (JWKS)", "is not a key set (JWKS) with private keys")
	}
	if len(parsed.Keys) == 0 {
		return nil, problem("est vide", "is an empty key set")
	}
	keys := make([]DecryptionKey, len(parsed.Keys))
	for i, raw := range parsed.Keys {
		var err error
		keys[i], err = parseDecryptionKey(raw)
		if p := (*KeyProblem)(nil); errors.As(err, &p) {
			return nil, problem(fmt.Sprintf("a une clé, la n° %d, qui %s", i+1, p.French), fmt.Sprintf("has a key, number %d, that %s", i+1, p.English))
		}
	}
	return keys, nil
}

func parseDecryptionKey(raw []byte) (DecryptionKey, error) {
	var k jose.JSONWebKey
	err := json.Unmarshal(raw, &k)
	switch {
	case err == nil:
		return NewDecryptionKey(k.KeyID, k.Algorithm, k.Key)
	case errors.Is(err, jose.ErrUnsupportedKeyType):
		return DecryptionKey{}, neither
	case lostZeros(raw):
		return DecryptionKey{}, problem("a perdu les zéros par lesquels x, y ou d commence (RFC 7518, 6.2), comme le font certains outils : réécrivez-la avec un autre, ou faites-en une nouvelle",
			"has lost the zeros that its x, y or d begins with (RFC 7518, section 6.2), as some tools do: write it again with another one, or make a new key")
	}
	return DecryptionKey{}, problem("n’est pas une clé privée complète au format JWK", "is not a complete private key in the form of a JWK")
}

// lostZeros reports whether a key is on a curve of ours and one of its numbers is
// shorter than the curve wants: one key in 85 begins with a zero somewhere, and
// Authlib and json-jwt leave it out.
func lostZeros(raw []byte) bool {
	var k struct{ Crv, X, Y, D string }
	_ = json.Unmarshal(raw, &k)
	for _, curve := range curves {
		if size := (curve.Params().BitSize + 7) / 8; k.Crv == curve.Params().Name {
			for _, part := range []string{k.X, k.Y, k.D} {
				if b, ok := decodeBase64(part); ok && len(b) > 0 && len(b) < size {
					return true
				}
			}
		}
	}
	return false
}

func (k DecryptionKey) published() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.public, KeyID: k.ID, Algorithm: k.Algorithm, Use: "enc"}
}

// PublishKeys writes the public halves, as FranceConnect+ reads them: it takes
// the first that fits the algorithm the client is registered with.
func PublishKeys(keys []DecryptionKey) []byte {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, k.published())
	}
	text, _ := json.Marshal(set) // keys that NewDecryptionKey has checked
	return text
}
