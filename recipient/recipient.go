// Package recipient makes recipient_fc_hash, by which the State's app (AMI) knows
// whom a portal's notification is for.
//
// It is personal data, of who can be found by it: names, births and places are few,
// and whoever has a list of people finds each of them by their hash. Keep it as the
// identity itself is kept, for as long, and in no log.
//
// Source: API of notifications of AMI, v1.0 of 2026-06-22, for partners.
package recipient

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/franceconnect-go/franceconnect/person"
)

// ErrIncomplete is an identity of which a field is empty that may not be: its hash
// would address nobody.
var ErrIncomplete = errors.New("recipient: the identité pivot is not whole")

// Hash returns recipient_fc_hash in its first version: SHA-256, in 64 hexadecimal
// digits, of the identité pivot as FranceConnect gave it, its six fields one
// behind another. Pass Identity.Pivot of FranceConnect v2 with the scope
// identite_pivot as Callback gave it: not typed anew, and not FranceConnect+'s own,
// which is spelled as the identity provider does (Identity.CivilStatus has the
// register's of both).
//
// An empty BirthPlace is that of somebody born abroad, and nothing stands in its
// place; the published vector of that has the country of France all the same. Without
// any other field the error is ErrIncomplete, and names the field.
func Hash(p person.Pivot) (string, error) { return hash(p, "") }

// HashV2 returns recipient_fc_hash in its second version, in which a semicolon
// stands between two fields (announced on 2026-08-24 and 28). No vector of it is
// published: ask for one before you rely on it.
func HashV2(p person.Pivot) (string, error) { return hash(p, ";") }

func hash(p person.Pivot, between string) (string, error) {
	fields := []struct{ name, value string }{
		{"given_name", p.GivenName}, {"family_name", p.FamilyName}, {"birthdate", p.BirthDate.String()},
		{"gender", string(p.Gender)}, {"birthplace", string(p.BirthPlace)}, {"birthcountry", string(p.BirthCountry)},
	}
	values := make([]string, len(fields))
	for i, f := range fields {
		if f.value == "" && f.name != "birthplace" {
			return "", fmt.Errorf("%w: %s is empty", ErrIncomplete, f.name)
		}
		values[i] = f.value
	}
	sum := sha256.Sum256([]byte(strings.Join(values, between)))
	return hex.EncodeToString(sum[:]), nil
}
