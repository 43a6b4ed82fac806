package franceconnect_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// A field that no claim fills is in nobody's Identity.
func TestEveryFieldOfAnIdentityIsFilledByAClaim(t *testing.T) {
	t.Parallel()
	claims := map[string]string{
		"preferred_username": `"Martin"`, "email": `"a@example.fr"`, "address": `{"locality": "Bourg"}`, "phone_number": `"0102030405"`,
		"idp_id": `"idp"`, "idp_birthdate": `"1962-08-00"`, "dgfip_rfr": `"1"`,
	}
	for _, prefix := range []string{"", "rnipp_"} {
		for name, value := range map[string]string{
			"given_name": `"Angela Claire"`, "given_name_array": `["Angela", "Claire"]`, "family_name": `"DUBOIS"`, "gender": `"female"`,
			"birthdate": `"1962-08-24"`, "birthplace": `"75107"`, "birthcountry": `"99100"`,
		} {
			claims[prefix+name] = value
		}
	}
	id := franceconnect.NewIdentity(claims)
	require.Len(t, id.Other, 1, "a claim without a field")
	for _, v := range []any{id, id.Pivot, *id.RNIPP} {
		v := reflect.ValueOf(v)
		for i := range v.NumField() {
			require.False(t, v.Field(i).IsZero(), "no claim fills %s.%s", v.Type(), v.Type().Field(i).Name)
		}
	}
}
