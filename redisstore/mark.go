package redisstore

import (
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
)

// What an open login is in Redis is as small as it can be: 32 hexadecimal digits at
// the end of a key are 16 bytes, and one byte is a number in decimal, of which Redis
// keeps one copy for all keys.

// keyOf returns the key in Redis. Another form than that of franceconnect is kept as it is.
func keyOf(prefix, key string) string {
	i := strings.LastIndexByte(key, ':') + 1
	if len(key)-i == 32 && strings.ToLower(key[i:]) == key[i:] {
		if raw, err := hex.DecodeString(key[i:]); err == nil {
			return prefix + key[:i] + string(raw)
		}
	}
	return prefix + key
}

var errMark = errors.New("what is there under the key was not put there by this package")

// valueOf returns the value in Redis: a number, or a colon and the bytes.
func valueOf(value []byte) string {
	if len(value) == 1 {
		return strconv.Itoa(int(value[0]))
	}
	return ":" + string(value)
}

func readValue(said string) ([]byte, error) {
	if bytes, ok := strings.CutPrefix(said, ":"); ok {
		return []byte(bytes), nil
	}
	n, err := strconv.ParseUint(said, 10, 8)
	if err != nil {
		return nil, errMark
	}
	return []byte{byte(n)}, nil
}
