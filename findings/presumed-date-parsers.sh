#!/usr/bin/env bash
# Guess: a date library, or a JSON library that fills a date field, refuses a birthdate
# whose day or month is unknown (1992-11-00, 1992-00-00: FranceConnect+ sends them for
# presumed dates), so one sees that they need a type of their own.
# What happens: some answer with another, valid, day. dayjs, Jackson (java.util.Date,
# java.sql.Date, Calendar) and Gson with a date format make 1992-00-00 the 30th of November 1991:
# another year of birth, isValid() true, no error. dayjs has a second answer of its own:
# with a format and the plugin customParseFormat, 1992-01-01. any-date-parser refuses
# 1992-00-00 and reads 1992-11-00 as a day of the year 2000. Gson refuses both until a
# format is set. java.sql.Date refuses what Jackson puts into it.
# Since: dayjs 1.8.23 (2020, issue 881), here 1.11.23; Jackson: lenient by default
# (issues 803, 1733), here 2.20.1; Gson 2.13.2; any-date-parser 2.2.4; all seen.
# Remedy: keep the text; dayjs(text, format, true); @JsonFormat(lenient = OptBoolean.FALSE); LocalDate.
# Source: github.com/iamkun/dayjs issue 881, FasterXML/jackson-databind issues 803 and
# 1733, javadoc of java.text.DateFormat.setLenient.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=Europe/Paris

npm init -y > npm.log
npm install --silent --ignore-scripts --no-audit --no-fund dayjs@1.11.23 any-date-parser@2.2.4
cat > t.mjs <<'E'
import dayjs from 'dayjs'
import customParseFormat from 'dayjs/plugin/customParseFormat.js'
import any from 'any-date-parser'

const texts = ['1992-00-00', '1992-11-00']
const line = (text, name, d) => console.log(`${text} ${name}: ${d.isValid() ? d.format('YYYY-MM-DD') : 'refused'}`)
for (const t of texts) line(t, 'dayjs', dayjs(t))
dayjs.extend(customParseFormat)
for (const t of texts) line(t, 'dayjs with a format', dayjs(t, 'YYYY-MM-DD'))
for (const t of texts) line(t, 'dayjs strict', dayjs(t, 'YYYY-MM-DD', true))
for (const t of texts) line(t, 'any-date-parser', dayjs(any.fromString(t)))
E

for artifact in com.fasterxml.jackson.core:jackson-databind:2.20.1 com.fasterxml.jackson.core:jackson-core:2.20.1 \
	com.fasterxml.jackson.core:jackson-annotations:2.20 com.google.code.gson:gson:2.13.2; do
	mvn -q -B dependency:copy -Dartifact="$artifact" -DoutputDirectory=lib
done
cat > T.java <<'E'
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.GsonBuilder;
import java.text.SimpleDateFormat;
import java.time.LocalDate;
import java.util.Calendar;
import java.util.Date;
import java.util.concurrent.Callable;

public class T {
	public static class Claims { public Date birthdate; }

	static void line(String name, Callable<Object> read) {
		try {
			Object o = read.call();
			System.out.println(name + ": " + (o instanceof Date ? new SimpleDateFormat("yyyy-MM-dd").format((Date) o) : o));
		} catch (Exception e) {
			System.out.println(name + ": refused");
		}
	}

	public static void main(String[] args) {
		ObjectMapper jackson = new ObjectMapper();
		for (String t : new String[] {"1992-00-00", "1992-11-00"}) {
			String json = "{\"birthdate\":\"" + t + "\"}";
			line(t + " Jackson, java.util.Date", () -> jackson.readValue(json, Claims.class).birthdate);
			line(t + " Jackson, java.sql.Date", () -> jackson.convertValue(t, java.sql.Date.class));
			line(t + " Jackson, Calendar", () -> jackson.convertValue(t, Calendar.class).getTime());
			line(t + " Gson", () -> new GsonBuilder().create().fromJson(json, Claims.class).birthdate);
			line(t + " Gson with a format", () -> new GsonBuilder().setDateFormat("yyyy-MM-dd").create().fromJson(json, Claims.class).birthdate);
			line(t + " java.sql.Date", () -> java.sql.Date.valueOf(t));
			line(t + " LocalDate", () -> LocalDate.parse(t));
		}
	}
}
E
javac -cp 'lib/*' T.java
echo "versions: dayjs 1.11.23, any-date-parser 2.2.4, jackson-databind 2.20.1, gson 2.13.2, node $(node --version), $(java -version 2>&1 | head -1)"
{ node t.mjs; java -cp 'lib/*:.' T; } | tee out

expect() { grep -qFx "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
expect '1992-00-00 dayjs: 1991-11-30'
expect '1992-11-00 dayjs: 1992-10-31'
expect '1992-00-00 dayjs with a format: 1992-01-01'
expect '1992-11-00 dayjs with a format: 1992-11-01'
expect '1992-00-00 dayjs strict: refused'
expect '1992-00-00 any-date-parser: refused'
expect '1992-11-00 any-date-parser: 2000-02-11'
for kind in java.util.Date java.sql.Date Calendar; do
	expect "1992-00-00 Jackson, $kind: 1991-11-30"
	expect "1992-11-00 Jackson, $kind: 1992-10-31"
done
expect '1992-00-00 Gson: refused'
expect '1992-00-00 Gson with a format: 1991-11-30'
expect '1992-00-00 java.sql.Date: refused'
expect '1992-00-00 LocalDate: refused'
echo "as described: a presumed date became another day, without an error"
