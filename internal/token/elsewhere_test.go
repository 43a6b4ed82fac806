package token

import (
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// module is a hardware module with one EC key, and what happens to it.
type module struct {
	*ecdh.PrivateKey
	calls  atomic.Int32
	before func(call int32) error // each operation
	bend   func([]byte) []byte    // what it answers, if not nil
}

func (m *module) ECDH(peer *ecdh.PublicKey) ([]byte, error) {
	if call := m.calls.Add(1); m.before != nil {
		if err := m.before(call); err != nil {
			return nil, err
		}
	}
	z, err := m.PrivateKey.ECDH(peer)
	if m.bend != nil {
		z = m.bend(z)
	}
	return z, err
}

// world is a module, its key and a token for it.
type world struct {
	*module
	key   DecryptionKey
	r     *Verifier
	token string
}

func newWorld(t *testing.T) *world {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(t, err)
	w := &world{module: &module{PrivateKey: private}}
	w.key, err = NewDecryptionKey("k", "ECDH-ES", w.module)
	require.NoError(t, err)
	w.r = &Verifier{Decryption: []DecryptionKey{w.key}}
	w.token = sealed(t, jose.ECDH_ES, w.key.public, "k", "a.b.c")
	return w
}

// changed returns the token with another tag.
func (w *world) changed() string {
	return w.token[:strings.LastIndex(w.token, ".")+1] + strings.Repeat("A", 22)
}

func (w *world) requireAway(t *testing.T, away bool, said string, err error) {
	t.Helper()
	var e *KeyError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "k", e.ID)
	require.Equal(t, away, e.Away)
	require.Equal(t, said, e.Said)
}

func TestEachCurveOfFranceConnectPlusOpensInMemoryAndElsewhere(t *testing.T) {
	t.Parallel()
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		private, err := ecdsa.GenerateKey(curve, rand.Reader)
		require.NoError(t, err)
		exchanger, err := private.ECDH()
		require.NoError(t, err)
		for name, key := range map[string]crypto.PrivateKey{"ecdsa": private, "ecdh": exchanger, "elsewhere": &module{PrivateKey: exchanger}} {
			k, err := NewDecryptionKey("k", "ECDH-ES", key)
			require.NoError(t, err, name)
			require.Equal(t, name == "elsewhere", k.Elsewhere())
			require.Equal(t, &private.PublicKey, k.public)
			require.Nil(t, k.Try(t.Context()))
			plain, err := (&Verifier{Decryption: []DecryptionKey{k}}).decrypt(t.Context(), sealed(t, jose.ECDH_ES, private.Public(), "k", "a.b.c"))
			require.NoError(t, err, "%s %s", name, curve.Params().Name)
			require.Equal(t, "a.b.c", plain)
		}
	}
}

// A big number has no zeros in front: a TPM's answer may have none either.
func TestASharedPointWithoutItsFirstZerosIsReadAsAWholeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	short := 0
	w.bend = func(z []byte) []byte {
		if z[0] == 0 {
			short++
			return z[1:]
		}
		return z
	}
	for short == 0 {
		plain, err := w.r.decrypt(t.Context(), sealed(t, jose.ECDH_ES, w.key.public, "k", "a.b.c"))
		require.NoError(t, err)
		require.Equal(t, "a.b.c", plain)
	}
}

func TestAModuleThatIsAwayIsNoFaultOfTheToken(t *testing.T) {
	t.Parallel()
	gone := errors.New("CKR_DEVICE_REMOVED")
	w := newWorld(t)
	w.before = func(int32) error { return gone }
	_, err := w.r.decrypt(t.Context(), w.token)
	w.requireAway(t, false, "CKR_DEVICE_REMOVED", err) // it has never worked: it is set up wrongly

	w = newWorld(t)
	_, err = w.r.decrypt(t.Context(), w.token)
	require.NoError(t, err)
	require.True(t, w.key.Worked())
	require.EqualValues(t, 1, w.calls.Load(), "no trial is made of what opens")
	w.before = func(int32) error { return gone }
	for _, raw := range []string{w.token, w.changed()} {
		_, err = w.r.decrypt(t.Context(), raw)
		w.requireAway(t, true, "CKR_DEVICE_REMOVED", err)
	}

	w = newWorld(t)
	w.before = func(int32) error { return &net.OpError{Op: "dial", Err: errors.New("connection refused")} }
	_, err = w.r.decrypt(t.Context(), w.token)
	w.requireAway(t, true, "dial: connection refused", err)

	w = newWorld(t)
	w.before = func(int32) error { panic("secret") }
	_, err = w.r.decrypt(t.Context(), w.token)
	w.requireAway(t, false, "it panicked", err)
}

// A session that ends, a module that starts again: nobody is refused for it.
func TestAModuleThatWasAwayForAMomentIsAskedOnceMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.before = func(call int32) error {
		if call == 1 {
			return errors.New("CKR_SESSION_HANDLE_INVALID")
		}
		return nil
	}
	plain, err := w.r.decrypt(t.Context(), w.token)
	require.NoError(t, err)
	require.Equal(t, "a.b.c", plain)
	require.EqualValues(t, 3, w.calls.Load(), "the token, the trial, the token")
}

// What is refused at the key and what is refused at the content: one answer, and as
// many operations.
func TestTheSenderCannotTellARefusalOfTheModuleFromAChangedToken(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	m := &counted{PrivateKey: private}
	k, err := NewDecryptionKey("k", "RSA-OAEP-256", m)
	require.NoError(t, err)
	r := &Verifier{Decryption: []DecryptionKey{k}}
	good := strings.Split(sealed(t, jose.RSA_OAEP_256, k.public, "k", "a.b.c"), ".")
	other := strings.Split(sealed(t, jose.RSA_OAEP_256, k.public, "k", "a.b.c"), ".")
	for name, raw := range map[string][]string{
		"the module refuses it":     {good[0], strings.Repeat("A", len(good[1])), good[2], good[3], good[4]},
		"nothing is encrypted":      {good[0], "", good[2], good[3], good[4]},
		"the key of another token":  {good[0], other[1], good[2], good[3], good[4]},
		"a changed text":            {good[0], good[1], good[2], "AAAA" + good[3][4:], good[4]},
		"a changed tag":             {good[0], good[1], good[2], good[3], strings.Repeat("A", len(good[4]))},
		"a content key that is not": {good[0], encode(encryptTo(t, k, make([]byte, 16))), good[2], good[3], good[4]},
	} {
		m.calls.Store(0)
		_, err := r.decrypt(t.Context(), strings.Join(raw, "."))
		require.Equal(t, &Error{Reason: "jwe.decrypt"}, err, name)
		require.EqualValues(t, 3, m.calls.Load(), name)
	}
}

// RFC 7518, section 5.3: with a key of another length it would be another cipher.
func TestAContentKeyOfAnotherLengthOpensNothing(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	k, err := NewDecryptionKey("k", "RSA-OAEP-256", private)
	require.NoError(t, err)
	head := encode([]byte(`{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT"}`))
	for size, opens := range map[int]bool{16: false, 24: false, 32: true} {
		key := make([]byte, size)
		block, err := aes.NewCipher(key)
		require.NoError(t, err)
		gcm, err := cipher.NewGCM(block)
		require.NoError(t, err)
		iv := make([]byte, ivSize)
		text := gcm.Seal(nil, iv, []byte("a.b.c"), []byte(head))
		tag := len(text) - tagSize
		raw := strings.Join([]string{head, encode(encryptTo(t, k, key)), encode(iv), encode(text[:tag]), encode(text[tag:])}, ".")
		_, err = (&Verifier{Decryption: []DecryptionKey{k}}).decrypt(t.Context(), raw)
		require.Equal(t, opens, err == nil, size)
	}
}

// counted counts the operations of an RSA key.
type counted struct {
	*rsa.PrivateKey
	calls atomic.Int32
}

func (c *counted) Decrypt(random io.Reader, text []byte, opts crypto.DecrypterOpts) ([]byte, error) {
	c.calls.Add(1)
	return c.PrivateKey.Decrypt(random, text, opts)
}

func encryptTo(t *testing.T, k DecryptionKey, text []byte) []byte {
	b, err := rsa.EncryptOAEP(crypto.SHA256.New(), rand.Reader, k.public.(*rsa.PublicKey), text, nil)
	require.NoError(t, err)
	return b
}

func TestAModuleThatDoesNotAnswerIsWaitedForAsLongAsItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		answers := make(chan struct{})
		w.before = func(int32) error { <-answers; return nil }
		start := time.Now()
		_, err := w.r.decrypt(t.Context(), w.token)
		w.requireAway(t, true, "no answer in time", err)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, keyTime, time.Since(start))
		require.EqualValues(t, 1, w.calls.Load(), "no trial is made of what does not answer")

		start = time.Now()
		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = w.r.decrypt(soon, w.token)
		w.requireAway(t, true, "no answer in time", err)
		require.Equal(t, time.Second, time.Since(start), "the caller's time is shorter")

		left, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = w.r.decrypt(left, w.token)
		require.ErrorIs(t, err, context.Canceled)
		close(answers)
	})
}

func TestAModuleThatHangsKeepsABoundedNumberOfGoroutines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		answers := make(chan struct{})
		w.before = func(int32) error { <-answers; return nil }
		refused := make(chan error)
		for range 3 * maxOperations {
			go func() {
				_, err := w.r.decrypt(context.Background(), w.token)
				refused <- err
			}()
		}
		for range 3 * maxOperations {
			w.requireAway(t, true, "no answer in time", <-refused)
		}
		require.EqualValues(t, maxOperations, w.calls.Load())
		close(answers)
		synctest.Wait()
		_, err := w.r.decrypt(t.Context(), w.token)
		require.NoError(t, err, "and all are free again")
	})
}

func TestOneTrialIsUnderWayForAllWhoAsk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		answers := make(chan struct{})
		w.before = func(int32) error { <-answers; return nil }
		tried := make(chan *KeyError)
		for range 10 {
			go func() { tried <- w.key.Try(context.Background()) }()
		}
		left, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		w.requireAway(t, true, "no answer in time", w.key.Try(left))
		require.EqualValues(t, 1, w.calls.Load())
		close(answers)
		for range 10 {
			require.Nil(t, <-tried, "one who leaves takes the trial from nobody")
		}
		require.Nil(t, w.key.Try(t.Context()))
		require.EqualValues(t, 2, w.calls.Load(), "the next is one of its own")

		hangs := make(chan struct{})
		w.before = func(int32) error { <-hangs; return nil }
		start := time.Now()
		w.requireAway(t, true, "no answer in time", w.key.Try(t.Context()))
		require.Equal(t, keyTime, time.Since(start))
		close(hangs)
	})
}

// oneHash is a module that knows RSA-OAEP with one hash, as SoftHSM 2.6.1 does.
type oneHash struct {
	*rsa.PrivateKey
	hash crypto.Hash
}

func (o oneHash) Decrypt(random io.Reader, text []byte, opts crypto.DecrypterOpts) ([]byte, error) {
	if opts.(*rsa.OAEPOptions).Hash != o.hash {
		return nil, errors.New("CKR_ARGUMENTS_BAD")
	}
	return o.PrivateKey.Decrypt(random, text, opts)
}

// A refusal that comes late leaves no time for the question whether the other hash
// would do.
func TestATrialIsNoLongerThanOneOperationMayBe(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		k, err := NewDecryptionKey("k", "RSA-OAEP-256", failing{private, func() error {
			time.Sleep(keyTime - time.Second)
			return errors.New("CKR_GENERAL_ERROR")
		}})
		require.NoError(t, err)
		start := time.Now()
		(*world)(nil).requireAway(t, false, "CKR_GENERAL_ERROR", k.Try(t.Context()))
		require.Equal(t, keyTime, time.Since(start))
		time.Sleep(keyTime) // until the second operation is over too
	})
}

// failing is a module that opens nothing.
type failing struct {
	*rsa.PrivateKey
	why func() error
}

func (f failing) Decrypt(io.Reader, []byte, crypto.DecrypterOpts) ([]byte, error) {
	return nil, f.why()
}

// A moduleError is what the errors of modules are: a pointer, which may be nil, with
// methods that do not expect it.
type moduleError struct{ cause error }

func (e *moduleError) Error() string { return e.cause.Error() }
func (e *moduleError) Unwrap() error { return e.cause }

func TestAnErrorThatPanicsStopsNeitherThePortalNorTheLogin(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	k, err := NewDecryptionKey("k", "RSA-OAEP-256", failing{private, func() error { return (*moduleError)(nil) }})
	require.NoError(t, err)
	(*world)(nil).requireAway(t, false, "its error panicked", k.Try(t.Context()))
	_, err = (&Verifier{Decryption: []DecryptionKey{k}}).decrypt(t.Context(), sealed(t, jose.RSA_OAEP_256, k.public, "k", "a.b.c"))
	(*world)(nil).requireAway(t, false, "its error panicked", err)
}

func TestATrialSaysWhatTheKeyCannotDo(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	for _, c := range []struct {
		algorithm, said string
		hash            crypto.Hash
	}{
		{"RSA-OAEP-256", "CKR_ARGUMENTS_BAD; it does open RSA-OAEP, which has SHA-1", crypto.SHA1},
		{"RSA-OAEP", "CKR_ARGUMENTS_BAD; it does open RSA-OAEP-256, which has SHA-256", crypto.SHA256},
		{"RSA-OAEP", "CKR_ARGUMENTS_BAD", crypto.SHA512},
	} {
		k, err := NewDecryptionKey("k", c.algorithm, oneHash{private, c.hash})
		require.NoError(t, err)
		(*world)(nil).requireAway(t, false, c.said, k.Try(t.Context()))
		require.False(t, k.Worked())
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	mixed := *private
	mixed.PublicKey = other.PublicKey
	k, err := NewDecryptionKey("k", "RSA-OAEP-256", &mixed)
	require.NoError(t, err)
	require.NotNil(t, k.Try(t.Context()))
	_, err = (&Verifier{Decryption: []DecryptionKey{k}}).decrypt(t.Context(), sealed(t, jose.RSA_OAEP_256, k.public, "k", "a.b.c"))
	require.Equal(t, &Error{Reason: "jwe.decrypt"}, err, "in memory, where New has tried it")

	w := newWorld(t)
	w.bend = func(z []byte) []byte { z[0]++; return z }
	w.requireAway(t, false, "the private half does not belong to the public one", w.key.Try(t.Context()))
}
