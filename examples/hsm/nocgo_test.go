//go:build !linux || !cgo

package main

import (
	"os"
	"testing"
)

func TestTheModulesNeedLinuxAndCgo(t *testing.T) {
	if os.Getenv("HSM_TESTS") == "required" {
		t.Fatal("HSM_TESTS=required, and the program was built without cgo (a C compiler), or not for Linux")
	}
	t.Skip("the program was built without cgo (a C compiler), or not for Linux")
}
