-- The open logins of a portal: see postgres.go.
CREATE TABLE franceconnect_logins (
	key     text        PRIMARY KEY,
	value   bytea       NOT NULL,
	expires timestamptz NOT NULL
);
CREATE INDEX ON franceconnect_logins (expires);
