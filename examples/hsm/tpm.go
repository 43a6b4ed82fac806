//go:build linux && cgo

package main

import (
	"crypto"
	"crypto/ecdh"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/google/go-tpm/tpm2"
	"github.com/google/go-tpm/tpm2/transport"
	"github.com/google/go-tpm/tpm2/transport/linuxtpm"
	"github.com/google/go-tpm/tpm2/transport/linuxudstpm"
)

// A tpm is a TPM 2.0. It does one thing at a time, and has room for three keys.
type tpm struct {
	transport.TPMCloser
	mu   sync.Mutex
	keys []tpm2.TPMHandle
}

// openTPM opens a device, such as /dev/tpmrm0, or the socket of swtpm.
func openTPM(path string) (*tpm, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	open := linuxtpm.Open
	if info.Mode()&os.ModeSocket != 0 {
		open = linuxudstpm.Open
	}
	t, err := open(path)
	return &tpm{TPMCloser: t}, err
}

// close takes the keys out of the TPM. What a process that was killed left there,
// /dev/tpmrm0 takes out itself.
func (t *tpm) close() error {
	var errs []error
	for _, h := range t.keys {
		_, err := tpm2.FlushContext{FlushHandle: h}.Execute(t)
		errs = append(errs, err)
	}
	return errors.Join(append(errs, t.Close())...)
}

// template says which key the TPM makes of its seed. It is the same key for the
// same name and kind until somebody clears the TPM, so that nothing is stored.
func template(name, kind string) (tpm2.TPMTPublic, error) {
	public := tpm2.TPMTPublic{NameAlg: tpm2.TPMAlgSHA256, ObjectAttributes: tpm2.TPMAObject{
		FixedTPM: true, FixedParent: true, SensitiveDataOrigin: true, UserWithAuth: true, Decrypt: true, NoDA: true}}
	unique := sha256.Sum256([]byte(name))
	if id, ok := map[string]tpm2.TPMECCCurve{"P-256": tpm2.TPMECCNistP256, "P-384": tpm2.TPMECCNistP384, "P-521": tpm2.TPMECCNistP521}[kind]; ok {
		public.Type = tpm2.TPMAlgECC
		public.Parameters = tpm2.NewTPMUPublicParms(tpm2.TPMAlgECC, &tpm2.TPMSECCParms{CurveID: id})
		public.Unique = tpm2.NewTPMUPublicID(tpm2.TPMAlgECC, &tpm2.TPMSECCPoint{X: tpm2.TPM2BECCParameter{Buffer: unique[:]}})
		return public, nil
	}
	bits, err := strconv.Atoi(strings.TrimPrefix(kind, "RSA-"))
	if err != nil {
		return public, fmt.Errorf("%q is no kind of key", kind)
	}
	public.Type = tpm2.TPMAlgRSA
	public.Parameters = tpm2.NewTPMUPublicParms(tpm2.TPMAlgRSA, &tpm2.TPMSRSAParms{KeyBits: tpm2.TPMKeyBits(bits)})
	public.Unique = tpm2.NewTPMUPublicID(tpm2.TPMAlgRSA, &tpm2.TPM2BPublicKeyRSA{Buffer: unique[:]})
	return public, nil
}

// generate finds out whether the TPM makes such a key. There is nothing to keep.
func (t *tpm) generate(name, kind string) error {
	_, err := t.key(name, kind)
	return err
}

// key has the TPM make a key, for RSA in some seconds.
func (t *tpm) key(name, kind string) (crypto.PrivateKey, error) {
	wanted, err := template(name, kind)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	r, err := tpm2.CreatePrimary{PrimaryHandle: tpm2.TPMRHOwner, InPublic: tpm2.New2B(wanted)}.Execute(t)
	if err != nil {
		return nil, err
	}
	t.keys = append(t.keys, r.ObjectHandle)
	public, err := r.OutPublic.Contents()
	if err != nil {
		return nil, err
	}
	k := tpmKey{t, tpm2.NamedHandle{Handle: r.ObjectHandle, Name: r.Name}}
	if public.Type == tpm2.TPMAlgRSA {
		params, err := public.Parameters.RSADetail()
		if err != nil {
			return nil, err
		}
		unique, err := public.Unique.RSA()
		if err != nil {
			return nil, err
		}
		pub, err := tpm2.RSAPub(params, unique)
		return &tpmRSA{k, pub}, err
	}
	params, err := public.Parameters.ECCDetail()
	if err != nil {
		return nil, err
	}
	unique, err := public.Unique.ECC()
	if err != nil {
		return nil, err
	}
	pub, err := tpm2.ECDHPub(params, unique)
	return &tpmEC{k, pub}, err
}

type tpmKey struct {
	tpm    *tpm
	handle tpm2.NamedHandle
}

// tpmEC is an ecdh.KeyExchanger.
type tpmEC struct {
	tpmKey
	public *ecdh.PublicKey
}

func (k *tpmEC) PublicKey() *ecdh.PublicKey { return k.public }
func (k *tpmEC) Curve() ecdh.Curve          { return k.public.Curve() }

// ECDH returns the x coordinate of the shared point (TPM2_ECDH_ZGen).
func (k *tpmEC) ECDH(peer *ecdh.PublicKey) ([]byte, error) {
	b := peer.Bytes()[1:] // uncompressed
	point := tpm2.TPMSECCPoint{X: tpm2.TPM2BECCParameter{Buffer: b[:len(b)/2]}, Y: tpm2.TPM2BECCParameter{Buffer: b[len(b)/2:]}}
	k.tpm.mu.Lock()
	defer k.tpm.mu.Unlock()
	r, err := tpm2.ECDHZGen{KeyHandle: k.handle, InPoint: tpm2.New2B(point)}.Execute(k.tpm)
	if err != nil {
		return nil, err
	}
	shared, err := r.OutPoint.Contents()
	if err != nil {
		return nil, err
	}
	return shared.X.Buffer, nil
}

// tpmRSA is a crypto.Decrypter.
type tpmRSA struct {
	tpmKey
	public *rsa.PublicKey
}

func (k *tpmRSA) Public() crypto.PublicKey { return k.public }

// Decrypt opens RSA-OAEP, with the hash that the library asks for.
func (k *tpmRSA) Decrypt(_ io.Reader, text []byte, opts crypto.DecrypterOpts) ([]byte, error) {
	hash := tpm2.TPMAlgSHA1
	if o, ok := opts.(*rsa.OAEPOptions); !ok || o.Hash == crypto.SHA256 {
		hash = tpm2.TPMAlgSHA256
	}
	k.tpm.mu.Lock()
	defer k.tpm.mu.Unlock()
	r, err := tpm2.RSADecrypt{KeyHandle: k.handle, CipherText: tpm2.TPM2BPublicKeyRSA{Buffer: text},
		InScheme: tpm2.TPMTRSADecrypt{Scheme: tpm2.TPMAlgOAEP, Details: tpm2.NewTPMUAsymScheme(tpm2.TPMAlgOAEP, &tpm2.TPMSEncSchemeOAEP{HashAlg: hash})}}.Execute(k.tpm)
	if err != nil {
		return nil, err
	}
	return r.Message.Buffer, nil
}
