package person

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

// An Identity is what FranceConnect says about a person, as far as the scopes
// asked for it. Any field may be empty: a person born abroad has no
// BirthPlace, a European citizen no Email, no BirthCountry and perhaps no
// Gender. On v2 the civil
// status comes from the national register, FamilyName in capitals, while
// UsageName and Email are the identity provider's; on FranceConnect+ all of it
// is the identity provider's own, in its own spelling.
//
// It prints and logs as a placeholder. It does marshal to JSON and to gob, so
// that a portal can keep it in its own store.
type Identity struct {
	Pivot

	UsageName string `json:",omitzero"` // preferred_username: married or usage name; it is not a login

	// Email was typed in by the person at the identity provider. It is not
	// verified, it changes, and two people may share one: never find an
	// account by it.
	Email string `json:",omitzero"`

	// RNIPP is the civil status in the national register, on FranceConnect+
	// with the scope rnipp_identite_pivot, or with some of the rnipp_ scopes in
	// part; nil without, and for European citizens, whom the register does not
	// know. It is what SamePerson compares with the Pivot of v2, where everything
	// comes from the register.
	RNIPP *Pivot `json:",omitzero"`

	Address     *Address `json:",omitzero"` // v1, scope address
	PhoneNumber string   `json:",omitzero"` // v1, scope phone

	IdentityProviderID        string    `json:",omitzero"` // idp_id, for those few who may know the identity provider
	IdentityProviderBirthDate BirthDate `json:",omitzero"` // idp_birthdate: as the identity provider has it, unknown parts included

	// Other holds every claim that has no field of its own, or that does not
	// have the form which that field needs. The protocol's own are left out.
	Other map[string]json.RawMessage `json:",omitzero"`
}

// CivilStatus returns the civil status in the national register, wherever it is:
// RNIPP on FranceConnect+ if its scopes were asked for, and otherwise the Pivot.
func (id Identity) CivilStatus() Pivot {
	if id.RNIPP != nil {
		return *id.RNIPP
	}
	return id.Pivot
}

// SamePerson reports whether two identities have the same civil status, whichever
// of FranceConnect's platforms said it: for a step-up from one to the other. It
// needs the scope identite_pivot of v2 and v1, and rnipp_identite_pivot of
// FranceConnect+, whose own spelling is the identity provider's. See
// [Pivot.Same] for what has to be the same.
func (id Identity) SamePerson(other Identity) bool { return id.CivilStatus().Same(other.CivilStatus()) }

// MayBeEuropean reports whether this may be a citizen of another member state: no
// e-mail, nothing of French civil status, and no other name than the one, which
// comes twice. FranceConnect says for certain only in amr.
func (id Identity) MayBeEuropean() bool {
	oneName := id.UsageName == "" || id.UsageName == id.FamilyName
	return oneName && id.Email == "" && id.BirthCountry == "" && !id.BirthPlace.IsCommune() && id.RNIPP == nil
}

const placeholder = "identity"

// Format prints a placeholder, for every verb.
func (Identity) Format(s fmt.State, _ rune) { fmt.Fprint(s, placeholder) }

// LogValue logs a placeholder.
func (Identity) LogValue() slog.Value { return slog.StringValue(placeholder) }
