-- The open logins of a portal: see postgres.go. There is no index on expires: the
-- table has only what is open, so that Sweep reads all of it in milliseconds, and an
-- index would cost each login more than that.
CREATE TABLE franceconnect_logins (
	key     text        PRIMARY KEY,
	value   bytea       NOT NULL,
	expires timestamptz NOT NULL
);
