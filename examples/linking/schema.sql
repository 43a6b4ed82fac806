-- The accounts of a portal, and what opens them: see accounts.go. The same for
-- PostgreSQL and for SQLite, on which PRAGMA foreign_keys and busy_timeout are set.

CREATE TABLE accounts (
	id       text PRIMARY KEY,
	email    text CHECK (email <> ''), -- NULL for none
	password text,                     -- a hash; NULL for who has none

	-- The identité pivot, '' and 0 for what is not known. A birth date is three
	-- numbers: for some people there is no day and no month, and no type date.
	given_names   text     NOT NULL DEFAULT '', -- "Marie Laure, Solange"
	family_name   text     NOT NULL DEFAULT '', -- at birth
	usage_name    text     NOT NULL DEFAULT '',
	gender        text     NOT NULL DEFAULT '',
	birth_year    smallint NOT NULL DEFAULT 0,
	birth_month   smallint NOT NULL DEFAULT 0,
	birth_day     smallint NOT NULL DEFAULT 0,
	birth_place   text     NOT NULL DEFAULT '', -- code of INSEE
	birth_country text     NOT NULL DEFAULT '',

	-- What the account is found by: match.Record.Key. Whatever writes a name
	-- writes them, or NULL, which Accounts.FillKeys fills.
	family_key text,
	given_key  text,

	verified boolean NOT NULL DEFAULT FALSE, -- of FranceConnect, or seen on an identity document
	closed   boolean NOT NULL DEFAULT FALSE
);
CREATE UNIQUE INDEX accounts_email ON accounts (lower(email));
CREATE INDEX accounts_family ON accounts (birth_year, family_key, birth_month, birth_day);
CREATE INDEX accounts_given ON accounts (birth_year, given_key, birth_month, birth_day);
CREATE INDEX accounts_birth ON accounts (birth_year, birth_month, birth_day);
CREATE INDEX accounts_names ON accounts (family_key, given_key, birth_year, birth_month, birth_day);
CREATE INDEX accounts_unfilled ON accounts (id) WHERE family_key IS NULL;

-- What opens an account, and what once did: a row that has ended stays.
CREATE TABLE links (
	provider  text        NOT NULL CHECK (provider <> ''),
	sub       text        NOT NULL CHECK (sub <> ''),
	account   text        NOT NULL REFERENCES accounts (id),
	linked_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
	ended_at  timestamptz
);
-- These two make the races safe. Without the first, two callbacks of a new
-- person make two accounts; without the second, two people get one account.
CREATE UNIQUE INDEX links_subject ON links (provider, sub) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX links_account ON links (account, provider) WHERE ended_at IS NULL;

-- Each link and unlink, in the transaction that made it. No sub and no personal
-- value: it may be kept longer than the account, six months to a year.
CREATE TABLE link_audit (
	at       timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
	account  text        NOT NULL,
	provider text        NOT NULL,
	event    text        NOT NULL, -- linked, replaced, unlinked
	ground   text        NOT NULL  -- a link.Ground, or created; '' for unlinked
);
