package browser

import (
	"fmt"
	"math"
	"strings"

	"github.com/stretchr/testify/require"
)

// A colour is one as the browser says it: "rgb(3, 78, 162)".
type colour string

// contrast is WCAG 2.2's contrast ratio of two colours, from 1 to 21.
func (v *visitor) contrast(a, b colour) float64 {
	v.t.Helper()
	dark, light := v.luminance(a)+0.05, v.luminance(b)+0.05
	return max(dark, light) / min(dark, light)
}

func (v *visitor) luminance(c colour) (sum float64) {
	v.t.Helper()
	var parts [3]float64
	_, err := fmt.Sscanf(string(c), "rgb(%g, %g, %g)", &parts[0], &parts[1], &parts[2])
	require.NoError(v.t, err, "%q is not an opaque colour", c)
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		part := parts[i] / 255
		if part > 0.04045 {
			part = math.Pow((part+0.055)/1.055, 2.4)
		} else {
			part /= 12.92
		}
		sum += weight * part
	}
	return sum
}

// stands fails if a colour does not stand out from another.
func (v *visitor) stands(least float64, a, b colour, what string) {
	v.t.Helper()
	if ratio := v.contrast(a, b); ratio < least {
		v.t.Errorf("%s: %s: %s on %s is %.2f, less than %.1f", v.at(), what, a, b, ratio, least)
	}
}

// shadow is the colour of a box-shadow, "rgb(0, 0, 0) 0px 0px 0px 6px".
func shadow(boxShadow string) (colour, bool) {
	c, _, found := strings.Cut(boxShadow, ")")
	return colour(c + ")"), found
}
