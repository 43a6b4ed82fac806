#!/usr/bin/env bash
# Guess: when the connection to FranceConnect breaks during the token request, Nimbus
# OAuth 2.0 SDK sends nothing more and reports the broken connection.
# What happens: below Nimbus, HttpURLConnection sends the POST again by itself, on a new
# connection, without a trace, also with a read timeout set. The
# first sending spent the code (FranceConnect's answer was lost with the connection), so
# the portal sees only the answer to the second: "already consumed". FranceConnect takes
# the second use for a theft and revokes the access token of the first.
# Since: oauth2-oidc-sdk 11.30 on JDK 17, seen; the switch is as old as JDK 5.
# Remedy: -Dsun.net.http.retryPost=false, or another transport (HTTPRequestSender).
# Source: Java Networking Properties, sun.net.http.retryPost (default true); JDK-6427251;
# RFC 9110 section 9.2.2; RFC 6749 section 4.1.2.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > pom.xml <<'E'
<project>
<modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
<dependencies><dependency>
<groupId>com.nimbusds</groupId><artifactId>oauth2-oidc-sdk</artifactId><version>11.30</version>
</dependency></dependencies>
</project>
E
cat > T.java <<'E'
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

public class T {
	public static void main(String[] args) throws Exception {
		AtomicInteger asked = new AtomicInteger();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/token", x -> {
			x.getRequestBody().readAllBytes();
			if (asked.incrementAndGet() == 1) {
				x.close(); // the code is spent, the answer is lost
				return;
			}
			byte[] body = "{\"error\":\"invalid_grant\",\"error_description\":\"already consumed\"}".getBytes();
			x.getResponseHeaders().set("Content-Type", "application/json");
			x.sendResponseHeaders(400, body.length);
			x.getResponseBody().write(body);
			x.close();
		});
		server.start();
		TokenRequest request = new TokenRequest.Builder(
			URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token"),
			new ClientSecretPost(new ClientID("portail"), new Secret("invente")),
			new AuthorizationCodeGrant(new AuthorizationCode("invente"), URI.create("https://portail.example.fr/callback"))
		).build();
		HTTPRequest http = request.toHTTPRequest();
		http.setConnectTimeout(5000);
		http.setReadTimeout(5000);
		String answer;
		try {
			answer = TokenResponse.parse(http.send()).toErrorResponse().getErrorObject().getDescription();
		} catch (java.io.IOException e) {
			answer = e.toString();
		}
		System.out.println("sent " + asked + " times | portal sees: " + answer);
		server.stop(0);
	}
}
E
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib
javac -cp 'lib/*' T.java
echo "versions: oauth2-oidc-sdk 11.30, $(java -version 2>&1 | head -1)"
java -cp 'lib/*:.' T | tee plain
echo "with -Dsun.net.http.retryPost=false:"
java -Dsun.net.http.retryPost=false -cp 'lib/*:.' T | tee switched

fail() { echo "changed: $1"; exit 1; }
grep -q '^sent 2 times | portal sees: already consumed' plain || fail "the code is no longer sent a second time"
grep -q '^sent 1 times | portal sees: java.net.SocketException' switched || fail "the switch no longer helps"
echo "as described: the code was sent twice, and the broken connection was never reported"
