package main

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
)

// What follows is the floor: it reads no header, picks no key and checks no
// claim, and nobody may sign people in with it.

var errFloor = errors.New("does not verify")

// floorSigned verifies a signature and decodes the payload.
func floorSigned(token string, into any, good func(signed, signature []byte) bool) error {
	end := strings.LastIndexByte(token, '.')
	if end < 0 {
		return errFloor
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	if err != nil || !good([]byte(token[:end]), signature) {
		return errFloor
	}
	payload, err := base64.RawURLEncoding.DecodeString(token[strings.IndexByte(token, '.')+1 : end])
	if err != nil {
		return err
	}
	return json.Unmarshal(payload, into)
}

func floorES256(token string, into any) error {
	return floorSigned(token, into, func(signed, signature []byte) bool {
		digest := sha256.Sum256(signed)
		return len(signature) == 64 && ecdsa.VerifyASN1(&ecKey.PublicKey, digest[:], asn1(signature))
	})
}

func floorRS256(token string, into any) error {
	return floorSigned(token, into, func(signed, signature []byte) bool {
		digest := sha256.Sum256(signed)
		return rsa.VerifyPKCS1v15(&rsaKey.PublicKey, crypto.SHA256, digest[:], signature) == nil
	})
}

func floorHS256(token string, into any) error {
	return floorSigned(token, into, func(signed, signature []byte) bool {
		mac := hmac.New(sha256.New, []byte(clientSecret))
		mac.Write(signed)
		return hmac.Equal(mac.Sum(nil), signature)
	})
}

// asn1 writes r and s as crypto/ecdsa reads them.
func asn1(signature []byte) []byte {
	out := append(make([]byte, 0, 72), 0x30, 0)
	for _, n := range [2][]byte{signature[:32], signature[32:]} {
		n = bytes.TrimLeft(n, "\x00")
		pad := 0
		if len(n) == 0 || n[0] >= 0x80 {
			pad = 1
		}
		out = append(out, 2, byte(pad+len(n)), 0)
		out = append(out[:len(out)-1+pad], n...)
	}
	out[1] = byte(len(out) - 2)
	return out
}

// floorOpen decrypts A256GCM with the key that unwrap finds.
func floorOpen(token string, unwrap func(parts [5][]byte) ([]byte, error)) (string, error) {
	var parts [5][]byte
	rest := token
	for i := range parts {
		var part string
		var err error
		part, rest, _ = strings.Cut(rest, ".")
		if parts[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return "", err
		}
	}
	key, err := unwrap(parts)
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	header, _, _ := strings.Cut(token, ".")
	plain, err := aead.Open(nil, parts[2], append(parts[3], parts[4]...), []byte(header))
	return string(plain), err
}

func floorOAEP(parts [5][]byte) ([]byte, error) {
	return rsa.DecryptOAEP(sha256.New(), nil, rsaOpener, parts[1], nil)
}

var ecdhOpener = must(ecOpener.ECDH())

// floorECDH returns RFC 7518, section 4.6: the sender's key is in the header, which
// for once has to be read.
func floorECDH(parts [5][]byte) ([]byte, error) {
	var header struct {
		EPK struct{ X, Y string } `json:"epk"`
	}
	if err := json.Unmarshal(parts[0], &header); err != nil {
		return nil, err
	}
	point := append(make([]byte, 0, 65), 4)
	for _, coordinate := range []string{header.EPK.X, header.EPK.Y} {
		var err error
		if point, err = base64.RawURLEncoding.AppendDecode(point, []byte(coordinate)); err != nil {
			return nil, err
		}
	}
	public, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		return nil, err
	}
	shared, err := ecdhOpener.ECDH(public)
	if err != nil {
		return nil, err
	}
	info := binary.BigEndian.AppendUint32(make([]byte, 0, 64), 1)
	info = append(info, shared...)
	info = append(info, "\x00\x00\x00\x07A256GCM\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00"...)
	key := sha256.Sum256(info)
	return key[:], nil
}

// floorURL draws a state and a nonce and adds them to what never changes.
func floorURL(fixed string) string {
	var drawn [64]byte
	_, _ = rand.Read(drawn[:])
	url := append(make([]byte, 0, len(fixed)+128), fixed...)
	url = base64.RawURLEncoding.AppendEncode(append(url, "&state="...), drawn[:32])
	url = base64.RawURLEncoding.AppendEncode(append(url, "&nonce="...), drawn[32:])
	return string(url)
}
