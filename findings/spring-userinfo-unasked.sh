#!/usr/bin/env bash
# Guess: a Spring Security login reads userinfo where the registration names its address,
# so that a portal with FranceConnect's scopes (given_name, family_name, birthdate) has
# the person's name, or an error.
# What happens: OidcUserService asks userinfo only if one of profile, email, address and
# phone was granted. With FranceConnect's single scopes no request is sent, the login
# succeeds, and the person has an identifier and no name.
# One adds "email", and all claims of the other scopes are there.
# Since: Spring Security 6.5.6 (Spring Boot 3.5.7), seen.
# Remedy: setRetrieveUserInfo(request -> true).
# Source: OidcUserService, shouldRetrieveUserInfo and accessibleScopes; OpenID Connect Core
# section 5.4, which has four scopes for claims, and providers may have more.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > pom.xml <<'P'
<project>
<modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.springframework.security</groupId><artifactId>spring-security-oauth2-client</artifactId><version>6.5.6</version></dependency>
<dependency><groupId>org.springframework.security</groupId><artifactId>spring-security-oauth2-jose</artifactId><version>6.5.6</version></dependency>
<dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>2.20.1</version></dependency>
</dependencies>
</project>
P
cat > T.java <<'J'
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

public class T {
	public static void main(String[] args) throws Exception {
		AtomicInteger asked = new AtomicInteger();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/userinfo", x -> {
			asked.incrementAndGet();
			byte[] body = "{\"sub\":\"s\",\"family_name\":\"EXEMPLE\"}".getBytes();
			x.getResponseHeaders().set("Content-Type", "application/json");
			x.sendResponseHeaders(200, body.length);
			x.getResponseBody().write(body);
			x.close();
		});
		server.start();
		String at = "http://127.0.0.1:" + server.getAddress().getPort();
		for (String name : new String[] {"openid profile", "openid given_name family_name birthdate", "openid given_name family_name email", "openid given_name family_name, setRetrieveUserInfo"}) {
			String scopes = name.split(",")[0];
			asked.set(0);
			ClientRegistration fc = ClientRegistration.withRegistrationId("fc").clientId("portail").clientSecret("invente").redirectUri("http://localhost/cb")
				.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE).scope(scopes.split(" ")).authorizationUri(at + "/a").tokenUri(at + "/t").jwkSetUri(at + "/j")
				.userInfoUri(at + "/userinfo").userNameAttributeName("sub").build();
			Instant now = Instant.now();
			OidcUserService service = new OidcUserService();
			if (name.contains(",")) service.setRetrieveUserInfo(r -> true);
			OidcUser who = service.loadUser(new OidcUserRequest(fc,
				new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "a", now, now.plusSeconds(60), Set.of(scopes.split(" "))),
				new OidcIdToken("t", now, now.plusSeconds(60), Map.of("sub", "s", "iss", at))));
			System.out.println(name + ": asked " + asked + " times, family_name " + who.getFamilyName());
		}
		server.stop(0);
	}
}
J
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib
javac -cp 'lib/*' T.java
echo "versions: spring-security-oauth2-client 6.5.6, $(java -version 2>&1 | head -1)"
java -cp 'lib/*:.' T 2> log | tee out || { cat log; exit 1; }

expect() { grep -qx "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
expect 'openid profile: asked 1 times, family_name EXEMPLE'
expect 'openid given_name family_name birthdate: asked 0 times, family_name null'
expect 'openid given_name family_name email: asked 1 times, family_name EXEMPLE'
expect 'openid given_name family_name, setRetrieveUserInfo: asked 1 times, family_name EXEMPLE'
echo "as described: with single scopes userinfo is not asked, and nobody is told"
