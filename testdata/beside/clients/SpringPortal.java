package portal; // Spring looks at all classes beside the first, which there have to be few of

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.EncryptedJWT;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserService;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jose.jws.JwsAlgorithm;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.util.matcher.AntPathRequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** A portal with Spring Security, in one file. */
@SpringBootApplication
@RestController
public class SpringPortal {
	static JsonNode s;

	static String of(String name) {
		return s.get(name).asText();
	}

	static boolean v1() {
		return of("platform").equals("v1");
	}

	public static void main(String[] args) throws Exception {
		s = new ObjectMapper().readTree(System.getenv("SETTINGS"));
		String client = "spring.security.oauth2.client.registration.fc.", provider = "spring.security.oauth2.client.provider.fc.";
		SpringApplication app = new SpringApplication(SpringPortal.class);
		Map<String, Object> settings = new java.util.HashMap<>(Map.of(
			"server.address", "127.0.0.1", "server.port", URI.create(of("callback")).getPort(), "spring.main.banner-mode", "off",
			client + "client-id", of("client_id"), client + "client-secret", of("client_secret"), client + "client-authentication-method", "client_secret_post",
			client + "authorization-grant-type", "authorization_code", client + "redirect-uri", of("callback"), client + "scope", "openid,given_name,family_name"));
		if (v1()) // which has no discovery
			settings.putAll(Map.of(provider + "authorization-uri", of("base") + "/authorize", provider + "token-uri", of("base") + "/token",
				provider + "user-info-uri", of("base") + "/userinfo", provider + "user-name-attribute", "sub", provider + "jwk-set-uri", of("base") + "/jwks"));
		else
			settings.put(provider + "issuer-uri", of("issuer"));
		app.setDefaultProperties(settings);
		app.run();
	}

	/** Opens what FranceConnect+ encrypts. It goes on with the signed token, which is also the hint of the logout. */
	static String opened(String token) {
		if (!s.has("jwk")) return token;
		try {
			JWK key = JWK.parse(s.get("jwk").toString());
			EncryptedJWT jwt = EncryptedJWT.parse(token);
			jwt.decrypt(key instanceof ECKey ? new ECDHDecrypter(key.toECKey()) : new RSADecrypter(key.toRSAKey()));
			return jwt.getPayload().toString();
		} catch (Exception e) {
			throw new org.springframework.security.oauth2.jwt.BadJwtException(e.getMessage(), e);
		}
	}

	@Bean
	JwtDecoderFactory<ClientRegistration> idTokens() {
		JwsAlgorithm alg = of("alg").equals("HS256") ? MacAlgorithm.HS256 : SignatureAlgorithm.from(of("alg"));
		OidcIdTokenDecoderFactory signed = new OidcIdTokenDecoderFactory();
		signed.setJwsAlgorithmResolver(r -> alg); // RS256 otherwise
		return registration -> token -> signed.createDecoder(registration).decode(opened(token));
	}

	/** Reads a userinfo that is a JWT. */
	OAuth2UserService<OidcUserRequest, OidcUser> userinfo() {
		JwtDecoder decoder = of("alg").equals("HS256")
			? NimbusJwtDecoder.withSecretKey(new SecretKeySpec(of("client_secret").getBytes(StandardCharsets.UTF_8), "HmacSHA256")).build()
			: NimbusJwtDecoder.withJwkSetUri(of("issuer") + "/jwks").jwsAlgorithm(SignatureAlgorithm.from(of("alg"))).build();
		return request -> {
			String answer = RestClient.create().get().uri(of("base") + "/userinfo").headers(h -> h.setBearerAuth(request.getAccessToken().getTokenValue())).retrieve().body(String.class);
			Jwt who = decoder.decode(opened(answer));
			if (!who.getSubject().equals(request.getIdToken().getSubject()) || !who.getAudience().contains(of("client_id")) || !of("issuer").equals(who.getClaimAsString("iss")))
				throw new IllegalStateException("not ours");
			return new DefaultOidcUser(java.util.List.of(), request.getIdToken(), new OidcUserInfo(who.getClaims()));
		};
	}

	@Bean
	SecurityFilterChain chain(HttpSecurity http, ClientRegistrationRepository registrations) throws Exception {
		DefaultOAuth2AuthorizationRequestResolver login = new DefaultOAuth2AuthorizationRequestResolver(registrations, "/oauth2/authorization");
		login.setAuthorizationRequestCustomizer(b -> b.additionalParameters(p -> p.put("acr_values", of("level"))));
		OidcClientInitiatedLogoutSuccessHandler logout = new OidcClientInitiatedLogoutSuccessHandler(registrations);
		logout.setPostLogoutRedirectUri(of("out"));
		return http.authorizeHttpRequests(a -> a.requestMatchers("/out").permitAll().anyRequest().authenticated())
			.oauth2Login(l -> l.authorizationEndpoint(e -> e.authorizationRequestResolver(login)).userInfoEndpoint(u -> u.oidcUserService(v1() ? new OidcUserService() : userinfo()))
				.defaultSuccessUrl("/who", true).failureHandler((req, res, e) -> say(res, e.toString())))
			.logout(l -> l.logoutRequestMatcher(new AntPathRequestMatcher("/logout", "GET")).logoutSuccessHandler(logout)).build();
	}

	static void say(HttpServletResponse res, String what) throws java.io.IOException {
		res.setStatus(500);
		res.getWriter().write(what);
	}

	@GetMapping("/who")
	String who(@AuthenticationPrincipal OidcUser user) {
		return "in " + user.getIdToken().getClaimAsString("acr") + " " + user.getUserInfo().getFamilyName();
	}

	@GetMapping("/out")
	String out() {
		return "out";
	}
}
