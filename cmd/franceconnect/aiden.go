package main

import (
	"strconv"
	"strings"
)

// firstAidenWithV2 is the first Aiden that speaks FranceConnect v2.
var firstAidenWithV2 = []int{9, 2025, 93}

// aidenV2 tells which FranceConnect a version of Aiden speaks. The parts are
// numbers: 9.2025.100 comes after 9.2025.93. Not ok is no version.
func aidenV2(version string) (v2, ok bool) {
	parts := strings.Split(strings.TrimPrefix(strings.TrimSpace(version), "v"), ".")
	for i := range max(len(parts), len(firstAidenWithV2)) {
		have, need := 0, 0
		if i < len(parts) {
			n, err := strconv.ParseUint(parts[i], 10, 31)
			if err != nil {
				return false, false
			}
			have = int(n)
		}
		if i < len(firstAidenWithV2) {
			need = firstAidenWithV2[i]
		}
		if have != need && !ok {
			v2, ok = have > need, true // the parts behind are still read
		}
	}
	if !ok {
		return true, true // this very version
	}
	return v2, true
}
