// Package linking is the accounts of a portal in SQL, as package link wants
// them: copy it, and bend it to your tables. It speaks database/sql with the
// same SQL for PostgreSQL and for SQLite.
//
//	schema.sql    the tables, and the two unique indexes that make races safe, and those that find candidates
//	migrate.sql   what a table in use lacks, the folded names: then Accounts.FillKeys
//	accounts.go   what is read
//	write.go      what is written: link, unlink, a new account, an up-to-date one
//	RESULTS.md    the candidates beside those of pg_trgm, and when that is worth it
//
// What FranceConnect does not say is not emptied: see Accounts.Update.
//
// The tests sign in the people of the mock, on both engines: everybody of the
// list that link's comment has, and 200 rounds of each race.
package linking
