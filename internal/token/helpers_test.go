package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"math/big"
)

func hmacOf(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

func bigOfBits(n uint) (*big.Int, bool) {
	i := new(big.Int).Lsh(big.NewInt(1), n-1)
	return i, i.BitLen() == int(n)
}
