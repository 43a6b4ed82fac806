#!/usr/bin/env bash
# Guess: an HTTP client that repeats failed requests by itself leaves POST alone, as
# RFC 9110 section 9.2.2 asks; so an authorization code is sent to FranceConnect once.
# What happens: Apache HttpClient 5 repeats any method, POST too, after 503 and 429: one
# second later, or after Retry-After. A code that was spent before the 503 (a front that
# gave up on the answer) is sent again, and the portal sees only "already consumed";
# FranceConnect takes the second use for a theft and revokes what the first one gave.
# A dropped connection is not repeated, so a test that pulls the plug does not show it.
# Since: 5.0 and 5.5.1, seen. Spring's RestClient takes this client if it is on the class path.
# Remedy: HttpClients.custom().disableAutomaticRetries().
# Source: javadoc of DefaultHttpRequestRetryStrategy (one retry, one second, 429 and 503);
# RFC 6749 section 4.1.2.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > T.java <<'E'
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

public class T {
	static AtomicInteger asked = new AtomicInteger();

	static void trade(String name, CloseableHttpClient client, String url) throws Exception {
		asked.set(0);
		try (client) {
			HttpPost post = new HttpPost(url);
			post.setEntity(new StringEntity("grant_type=authorization_code&code=invente",
				ContentType.APPLICATION_FORM_URLENCODED));
			String answer = client.execute(post, r -> r.getCode() + " " + EntityUtils.toString(r.getEntity()));
			System.out.println(name + " | sent " + asked + " times | answer: " + answer);
		} catch (IOException e) {
			System.out.println(name + " | sent " + asked + " times | " + e.getClass().getSimpleName());
		}
	}

	public static void main(String[] args) throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/token", x -> {
			x.getRequestBody().readAllBytes();
			boolean first = asked.incrementAndGet() == 1;
			byte[] body = (first ? "{}" : "{\"error\":\"invalid_grant\",\"error_description\":\"already consumed\"}").getBytes();
			x.sendResponseHeaders(first ? 503 : 400, body.length);
			x.getResponseBody().write(body);
			x.close();
		});
		server.createContext("/drop", x -> {
			x.getRequestBody().readAllBytes();
			asked.incrementAndGet();
			x.close();
		});
		server.start();
		String url = "http://127.0.0.1:" + server.getAddress().getPort();
		trade("503", HttpClients.createDefault(), url + "/token");
		trade("dropped", HttpClients.createDefault(), url + "/drop");
		trade("503, retries disabled", HttpClients.custom().disableAutomaticRetries().build(), url + "/token");
		server.stop(0);
	}
}
E
fail() { echo "changed: $1"; exit 1; }
for version in 5.0 5.5.1; do
	cat > pom.xml <<E
<project>
<modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
<dependencies><dependency>
<groupId>org.apache.httpcomponents.client5</groupId><artifactId>httpclient5</artifactId><version>$version</version>
</dependency></dependencies>
</project>
E
	mvn -q -B dependency:copy-dependencies -DoutputDirectory="lib-$version"
	rm -f ./*.class
	javac -cp "lib-$version/*" T.java
	echo "versions: httpclient5 $version, $(java -version 2>&1 | head -1)"
	java -cp "lib-$version/*:." T 2>&1 | grep -v SLF4J | tee out
	grep -q '^503 | sent 2 times | answer: 400 .*already consumed' out ||
		fail "HttpClient $version no longer repeats a POST after 503"
	grep -q '^dropped | sent 1 times' out || fail "HttpClient $version now repeats a POST after a dropped connection"
	grep -q '^503, retries disabled | sent 1 times | answer: 503' out ||
		fail "disableAutomaticRetries no longer keeps HttpClient $version from repeating"
done
echo "as described: the POST was sent twice after 503"
