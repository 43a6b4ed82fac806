//go:build !unix

package linking_test

// startPostgres starts none: the tests of PostgreSQL, which are to have a socket
// and a user of their own, are skipped by name.
func startPostgres() (stop func(), err error) { return func() {}, nil }
