//go:build linux && cgo

package main

import (
	"crypto"
	"crypto/ecdh"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"github.com/miekg/pkcs11"
)

// A token keeps keys behind PKCS#11. Each operation has a session of its own, since
// a session is for one thing at a time, and finds its key anew: a module that was
// restarted is used again without the portal being so. One login is that of all
// sessions while there is one, and a wrong PIN too often locks a token: so one
// session stays open.
type token struct {
	library *pkcs11.Ctx
	slot    uint
	pin     string
	held    pkcs11.SessionHandle
}

// openPKCS11 opens the token of a label, behind the library of a module.
func openPKCS11(path, label, pin string) (*token, error) {
	library := pkcs11.New(path)
	if library == nil {
		return nil, fmt.Errorf("%s is no library for PKCS#11", path)
	}
	if err := library.Initialize(); err != nil && err != pkcs11.Error(pkcs11.CKR_CRYPTOKI_ALREADY_INITIALIZED) {
		return nil, err
	}
	slots, err := library.GetSlotList(true)
	if err != nil {
		return nil, err
	}
	for _, slot := range slots {
		info, err := library.GetTokenInfo(slot)
		if err == nil && strings.TrimRight(info.Label, " ") == label {
			t := &token{library: library, slot: slot, pin: pin}
			t.held, err = t.session()
			return t, err
		}
	}
	return nil, fmt.Errorf("no token of the module has the label %q", label)
}

func (t *token) close() error { return t.library.CloseSession(t.held) }

// session opens a session in which keys can be used.
func (t *token) session() (pkcs11.SessionHandle, error) {
	s, err := t.library.OpenSession(t.slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	if err != nil {
		return s, err
	}
	if err := t.library.Login(s, pkcs11.CKU_USER, t.pin); err != nil && err != pkcs11.Error(pkcs11.CKR_USER_ALREADY_LOGGED_IN) {
		return s, errors.Join(err, t.library.CloseSession(s))
	}
	return s, nil
}

// with opens a session for one thing.
func (t *token) with(do func(pkcs11.SessionHandle) error) error {
	s, err := t.session()
	if err != nil {
		return err
	}
	defer t.library.CloseSession(s)
	return do(s)
}

// find finds the one object of a class and a name.
func (t *token) find(s pkcs11.SessionHandle, class uint, name string) (pkcs11.ObjectHandle, error) {
	wanted := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_CLASS, class), pkcs11.NewAttribute(pkcs11.CKA_LABEL, name)}
	if err := t.library.FindObjectsInit(s, wanted); err != nil {
		return 0, err
	}
	found, _, err := t.library.FindObjects(s, 2)
	if err := errors.Join(err, t.library.FindObjectsFinal(s)); err != nil {
		return 0, err
	}
	if len(found) != 1 {
		return 0, fmt.Errorf("the token has %d keys of the name %s", len(found), name)
	}
	return found[0], nil
}

// curves are those of RFC 5480, section 2.1.1.1.
var curves = map[string]struct {
	ecdh.Curve
	id asn1.ObjectIdentifier
}{
	"P-256": {ecdh.P256(), asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}},
	"P-384": {ecdh.P384(), asn1.ObjectIdentifier{1, 3, 132, 0, 34}},
	"P-521": {ecdh.P521(), asn1.ObjectIdentifier{1, 3, 132, 0, 35}},
}

// generate makes a key for this one use, which does not leave the token.
func (t *token) generate(name, kind string) error {
	attribute := pkcs11.NewAttribute
	public := []*pkcs11.Attribute{attribute(pkcs11.CKA_TOKEN, true), attribute(pkcs11.CKA_LABEL, name)}
	private := []*pkcs11.Attribute{attribute(pkcs11.CKA_TOKEN, true), attribute(pkcs11.CKA_LABEL, name), attribute(pkcs11.CKA_PRIVATE, true),
		attribute(pkcs11.CKA_SENSITIVE, true), attribute(pkcs11.CKA_EXTRACTABLE, false), attribute(pkcs11.CKA_SIGN, false)}
	mechanism := uint(pkcs11.CKM_EC_KEY_PAIR_GEN)
	if curve, ok := curves[kind]; ok {
		id, err := asn1.Marshal(curve.id)
		if err != nil {
			return err
		}
		public = append(public, attribute(pkcs11.CKA_EC_PARAMS, id))
		private = append(private, attribute(pkcs11.CKA_DERIVE, true), attribute(pkcs11.CKA_DECRYPT, false))
	} else {
		bits, err := strconv.Atoi(strings.TrimPrefix(kind, "RSA-"))
		if err != nil {
			return fmt.Errorf("%q is no kind of key", kind)
		}
		mechanism = pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN
		public = append(public, attribute(pkcs11.CKA_MODULUS_BITS, bits), attribute(pkcs11.CKA_PUBLIC_EXPONENT, []byte{1, 0, 1}), attribute(pkcs11.CKA_ENCRYPT, true))
		private = append(private, attribute(pkcs11.CKA_DECRYPT, true))
	}
	return t.with(func(s pkcs11.SessionHandle) error {
		if _, err := t.find(s, pkcs11.CKO_PRIVATE_KEY, name); err == nil {
			return fmt.Errorf("the token has a key of the name %s already", name)
		}
		_, _, err := t.library.GenerateKeyPair(s, []*pkcs11.Mechanism{pkcs11.NewMechanism(mechanism, nil)}, public, private)
		return err
	})
}

// key returns a key of the token. Its public half is read once.
func (t *token) key(name, kind string) (key crypto.PrivateKey, err error) {
	err = t.with(func(s pkcs11.SessionHandle) error {
		h, err := t.find(s, pkcs11.CKO_PUBLIC_KEY, name)
		if err != nil {
			return err
		}
		if curve, ok := curves[kind]; ok {
			a, err := t.library.GetAttributeValue(s, h, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_EC_POINT, nil)})
			if err != nil {
				return err
			}
			var point []byte
			if _, err := asn1.Unmarshal(a[0].Value, &point); err != nil {
				return err
			}
			public, err := curve.NewPublicKey(point)
			key = &ecKey{t, name, public}
			return err
		}
		a, err := t.library.GetAttributeValue(s, h, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_MODULUS, nil), pkcs11.NewAttribute(pkcs11.CKA_PUBLIC_EXPONENT, nil)})
		if err != nil {
			return err
		}
		e := new(big.Int).SetBytes(a[1].Value)
		key = &rsaKey{t, name, &rsa.PublicKey{N: new(big.Int).SetBytes(a[0].Value), E: int(e.Int64())}}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading %s as a key of the kind %s: %w", name, kind, err)
	}
	return key, nil
}

// ecKey is an ecdh.KeyExchanger.
type ecKey struct {
	token  *token
	name   string
	public *ecdh.PublicKey
}

func (k *ecKey) PublicKey() *ecdh.PublicKey { return k.public }
func (k *ecKey) Curve() ecdh.Curve          { return k.public.Curve() }

// ECDH derives the shared secret (CKM_ECDH1_DERIVE, no key derivation), which is
// drawn anew for each token, and reads it.
func (k *ecKey) ECDH(peer *ecdh.PublicKey) (secret []byte, err error) {
	attribute, t := pkcs11.NewAttribute, k.token
	params := pkcs11.NewECDH1DeriveParams(pkcs11.CKD_NULL, nil, peer.Bytes())
	template := []*pkcs11.Attribute{attribute(pkcs11.CKA_CLASS, pkcs11.CKO_SECRET_KEY), attribute(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_GENERIC_SECRET),
		attribute(pkcs11.CKA_TOKEN, false), attribute(pkcs11.CKA_SENSITIVE, false), attribute(pkcs11.CKA_EXTRACTABLE, true),
		attribute(pkcs11.CKA_VALUE_LEN, (len(peer.Bytes())-1)/2)}
	err = t.with(func(s pkcs11.SessionHandle) error {
		h, err := t.find(s, pkcs11.CKO_PRIVATE_KEY, k.name)
		if err != nil {
			return err
		}
		derived, err := t.library.DeriveKey(s, []*pkcs11.Mechanism{pkcs11.NewMechanism(pkcs11.CKM_ECDH1_DERIVE, params)}, h, template)
		if err != nil {
			return err
		}
		a, err := t.library.GetAttributeValue(s, derived, []*pkcs11.Attribute{attribute(pkcs11.CKA_VALUE, nil)}) // gone with the session
		if err != nil {
			return err
		}
		secret = a[0].Value
		return nil
	})
	return secret, err
}

// rsaKey is a crypto.Decrypter.
type rsaKey struct {
	token  *token
	name   string
	public *rsa.PublicKey
}

func (k *rsaKey) Public() crypto.PublicKey { return k.public }

// Decrypt opens RSA-OAEP, with the hash that the library asks for.
func (k *rsaKey) Decrypt(_ io.Reader, text []byte, opts crypto.DecrypterOpts) (plain []byte, err error) {
	hash, mask := uint(pkcs11.CKM_SHA_1), uint(pkcs11.CKG_MGF1_SHA1)
	if o, ok := opts.(*rsa.OAEPOptions); !ok || o.Hash == crypto.SHA256 {
		hash, mask = pkcs11.CKM_SHA256, pkcs11.CKG_MGF1_SHA256
	}
	t, mechanism := k.token, pkcs11.NewMechanism(pkcs11.CKM_RSA_PKCS_OAEP, pkcs11.NewOAEPParams(hash, mask, pkcs11.CKZ_DATA_SPECIFIED, nil))
	err = t.with(func(s pkcs11.SessionHandle) error {
		h, err := t.find(s, pkcs11.CKO_PRIVATE_KEY, k.name)
		if err != nil {
			return err
		}
		if err := t.library.DecryptInit(s, []*pkcs11.Mechanism{mechanism}, h); err != nil {
			return err
		}
		plain, err = t.library.Decrypt(s, text)
		return err
	})
	return plain, err
}
