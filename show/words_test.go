package show

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// A word that is missing would be a hole in a sentence. English has no gender.
func TestEveryWordIsThereInBothLanguages(t *testing.T) {
	t.Parallel()
	var full func(v reflect.Value, path string)
	full = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				full(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		case reflect.Array:
			for i := range v.Len() {
				full(v.Index(i), path)
			}
		default:
			require.True(t, path == "english.born" || !v.IsZero(), path)
		}
	}
	full(reflect.ValueOf(*french), "french")
	full(reflect.ValueOf(*english), "english")
}
