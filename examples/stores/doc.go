// Package stores shows that any engine is a franceconnect.Store in about ten
// lines: copy the file that is nearest to yours, and conformance_test.go with
// it, which says whether the copy is right.
//
//	memory.go      one process
//	scs.go         a session store of alexedwards/scs
//	postgres.go    PostgreSQL, with the table of logins.sql
//
// Redis and Valkey are the module redisstore.
//
// What matters is that of two takes at once one finds the login. Where finding
// and deleting are two steps, two machines can both find it; what stops the
// second then is FranceConnect's code, as it does without a Store.
package stores
