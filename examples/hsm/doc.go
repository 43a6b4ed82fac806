// Hsm is a client of FranceConnect+ whose decryption key never leaves the place
// where it was made: a hardware module behind PKCS#11, or a TPM 2.0.
//
//	go run . generate   # in examples/hsm: makes the key
//	go run . check      # seals something to it and has it opened
//	go run .            # the portal, on http://localhost:8080
//
//	main.go    the portal, and the settings
//	pkcs11.go  keys behind PKCS#11: any module with a library for it
//	tpm.go     keys in a TPM 2.0
//
// It runs on Linux, and with cgo, which PKCS#11 needs. README.md says which
// settings there are, and what each module was seen to do.
package main
