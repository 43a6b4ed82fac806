#!/usr/bin/env bash
# Guess: a strict SQL server refuses a birthdate without a day (1992-11-00, a presumed
# date of FranceConnect+) in a DATE column; or, if it keeps it, what was kept comes back.
# What happens: MariaDB, strict mode and all defaults, keeps it, and each driver returns
# something else: go-sql-driver with parseTime the day before the month (1992-10-31, and
# 1991-11-30 for 1992-00-00, without an error), mysql2 for Node the same, PyMySQL a string
# in a column of dates, MySQL Connector/Python None, MariaDB Connector/J the day before for
# getDate and, for LocalDate, a DateTimeException, which is no SQLException. Ages in SQL
# are NULL for these people.
# Since: MariaDB 10.2.4's default sql_mode, without NO_ZERO_IN_DATE (MySQL has it since
# 5.7); here 10.11.19 and the versions below, all seen.
# Remedy: three columns or text; or SET sql_mode=TRADITIONAL, and the row is refused.
# Source: MariaDB documentation, SQL_MODE and NO_ZERO_IN_DATE; PyMySQL issue 520;
# go-mysql-org/go-mysql pull request 1047 (the same in its replication).
set -euo pipefail
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || true; }; rm -rf "$dir"' EXIT
cd "$dir"
export TZ=Europe/Paris

apt-get download mariadb-server-core=1:10.11.19-0+deb12u1 liburing2=2.3-3 libaio1=0.3.113-4 libnuma1=2.0.16-1 > apt.log 2>&1 ||
	{ cat apt.log; exit 1; }
for deb in *.deb; do dpkg -x "$deb" root; done
python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install PyMySQL==1.1.2 mysql-connector-python==9.4.0
npm init -y > npm.log
npm install --silent --ignore-scripts --no-audit --no-fund mysql2@3.24.6
mvn -q -B dependency:copy -Dartifact=org.mariadb.jdbc:mariadb-java-client:3.5.6 -DoutputDirectory=lib

cat > go.mod <<'E'
module finding

go 1.25

require github.com/go-sql-driver/mysql v1.9.3
E
cat > main.go <<'E'
package main

import (
	"database/sql"
	"fmt"
	"os"
	"time"

	_ "github.com/go-sql-driver/mysql"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	db, err := sql.Open("mysql", "u@tcp("+os.Args[1]+")/?parseTime=true")
	must(err)
	if len(os.Args) > 2 {
		for _, q := range []string{
			"CREATE DATABASE p", "CREATE TABLE p.people (birthdate DATE NOT NULL)",
			"INSERT INTO p.people VALUES ('1992-00-00'), ('1992-11-00'), ('1992-11-03')",
		} {
			_, err := db.Exec(q)
			must(err)
		}
	}
	var version, mode string
	must(db.QueryRow("SELECT VERSION(), @@sql_mode").Scan(&version, &mode))
	fmt.Println("server:", version, mode)
	rows, err := db.Query("SELECT CAST(birthdate AS CHAR), birthdate, TIMESTAMPDIFF(YEAR, birthdate, '2026-11-28') FROM p.people ORDER BY birthdate")
	must(err)
	for rows.Next() {
		var kept string
		var got time.Time
		var age sql.NullInt64
		must(rows.Scan(&kept, &got, &age))
		fmt.Printf("go-sql-driver %s: %s, age known: %t\n", kept, got.Format(time.DateOnly), age.Valid)
	}
	must(rows.Err())
	_, err = db.Exec("SET STATEMENT sql_mode=TRADITIONAL FOR INSERT INTO p.people VALUES ('1992-11-00')")
	fmt.Println("TRADITIONAL refuses:", err != nil)
}
E
cat > t.py <<'E'
import sys
import mysql.connector
import pymysql
host, port = sys.argv[1].split(':')
q = 'SELECT CAST(birthdate AS CHAR), birthdate FROM p.people ORDER BY birthdate'
for name, connect in (('PyMySQL', pymysql.connect), ('Connector/Python', lambda **k: mysql.connector.connect(use_pure=True, **k))):
    connection = connect(host=host, port=int(port), user='u')
    c = connection.cursor()
    c.execute(q)
    for kept, got in c.fetchall():
        print(f'{name} {kept}: {type(got).__name__} {got}')
E
cat > t.mjs <<'E'
import mysql from 'mysql2/promise'
const [host, port] = process.argv[2].split(':')
const c = await mysql.createConnection({ host, port: Number(port), user: 'u' })
const [rows] = await c.query('SELECT CAST(birthdate AS CHAR) AS kept, birthdate FROM p.people ORDER BY birthdate')
for (const r of rows) console.log(`mysql2 ${r.kept}: ${r.birthdate.toLocaleDateString('sv')}`)
await c.end()
E
cat > T.java <<'E'
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;

public class T {
	public static void main(String[] args) throws SQLException {
		try (Connection c = DriverManager.getConnection("jdbc:mariadb://" + args[0] + "/p?user=u")) {
			ResultSet r = c.createStatement().executeQuery("SELECT CAST(birthdate AS CHAR), birthdate FROM people ORDER BY birthdate");
			while (r.next()) {
				String local;
				try {
					local = r.getObject(2, LocalDate.class).toString();
				} catch (RuntimeException e) {
					local = e.getClass().getSimpleName();
				}
				System.out.println("Connector/J " + r.getString(1) + ": " + r.getDate(2) + ", as LocalDate " + local);
			}
		}
	}
}
E
export GOFLAGS="-mod=mod -modcacherw" GOPATH="$dir/go"
go mod tidy 2> tidy.log || { cat tidy.log; exit 1; }
go build -o reader .
javac T.java

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir data
share="$dir/root/usr/share/mysql"
LD_LIBRARY_PATH=$(find "$dir/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:) \
	root/usr/sbin/mariadbd --no-defaults --user="$(id -un)" --datadir="$dir/data" --lc-messages-dir="$share" \
	--character-sets-dir="$share/charsets" --plugin-dir="$dir/root/usr/lib/mysql/plugin" --socket="$dir/socket" \
	--pid-file="$dir/pid" --bind-address=127.0.0.1 --port="$port" --skip-grant-tables > server.log 2>&1 &
server=$!
for _ in $(seq 60); do [ -S socket ] && break; sleep 0.5; done
[ -S socket ] || { cat server.log; exit 1; }

echo "versions: mariadb-server-core 10.11.19, go-sql-driver/mysql 1.9.3, mysql2 3.24.6, PyMySQL 1.1.2, mysql-connector-python 9.4.0, mariadb-java-client 3.5.6"
{
	./reader "127.0.0.1:$port" fill
	node t.mjs "127.0.0.1:$port"
	venv/bin/python t.py "127.0.0.1:$port"
	java -cp 'lib/*:.' T "127.0.0.1:$port" 2>&1
} | tee out

expect() { grep -qFx "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
expect 'go-sql-driver 1992-00-00: 1991-11-30, age known: false'
expect 'go-sql-driver 1992-11-00: 1992-10-31, age known: false'
expect 'go-sql-driver 1992-11-03: 1992-11-03, age known: true'
expect 'TRADITIONAL refuses: true'
expect 'mysql2 1992-00-00: 1991-11-30'
expect 'mysql2 1992-11-00: 1992-10-31'
expect 'PyMySQL 1992-11-00: str 1992-11-00'
expect 'PyMySQL 1992-11-03: date 1992-11-03'
expect 'Connector/Python 1992-11-00: NoneType None'
expect 'Connector/J 1992-11-00: 1992-10-31, as LocalDate DateTimeException'
echo "as described: the server kept presumed dates, and the drivers disagree about them"
