-- The columns that accounts are found by, for a table that is in use. After this
-- the new version of the portal, everywhere; then Accounts.FillKeys, until it
-- fills none: a name that an old version changes after that has a wrong key. Until
-- then accounts are found by their birth date, as before. The same for PostgreSQL
-- and for SQLite; on PostgreSQL, CREATE INDEX CONCURRENTLY, after COMMIT, lets the
-- portal write meanwhile.

-- What is interrupted has changed nothing, and is run again.
BEGIN;
ALTER TABLE accounts ADD COLUMN family_key text;
ALTER TABLE accounts ADD COLUMN given_key text;
CREATE INDEX accounts_unfilled ON accounts (id) WHERE family_key IS NULL;
CREATE INDEX accounts_names ON accounts (family_key, given_key, birth_year, birth_month, birth_day);
CREATE INDEX accounts_family ON accounts (birth_year, family_key, birth_month, birth_day);
CREATE INDEX accounts_given ON accounts (birth_year, given_key, birth_month, birth_day);
COMMIT;
