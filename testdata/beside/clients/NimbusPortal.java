import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWEDecryptionKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.AuthenticationSuccessResponse;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.UserInfoSuccessResponse;
import com.nimbusds.openid.connect.sdk.claims.ACR;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A portal with Nimbus's OAuth 2.0 SDK: three paths for one visitor. */
public class NimbusPortal {
	static Map<String, Object> s;
	static State state;
	static Nonce nonce;
	static JWT hint;

	static String of(String name) {
		return (String) s.get(name);
	}

	static URI at(String path) {
		return URI.create(of("base") + path);
	}

	static URI login() {
		state = new State();
		nonce = new Nonce();
		return new AuthenticationRequest.Builder(ResponseType.CODE, new Scope("openid", "given_name", "family_name"), new ClientID(of("client_id")), URI.create(of("callback")))
			.endpointURI(at("/authorize")).state(state).nonce(nonce).acrValues(List.of(new ACR(of("level")))).build().toURI();
	}

	static String callback(URI uri) throws Exception {
		AuthenticationSuccessResponse back = AuthenticationResponseParser.parse(uri).toSuccessResponse();
		if (!state.equals(back.getState())) throw new Exception("another state");
		TokenRequest trade = new TokenRequest.Builder(at("/token"), new ClientSecretPost(new ClientID(of("client_id")), new Secret(of("client_secret"))),
			new AuthorizationCodeGrant(back.getAuthorizationCode(), URI.create(of("callback")))).build();
		OIDCTokenResponse tokens = (OIDCTokenResponse) OIDCTokenResponseParser.parse(trade.toHTTPRequest().send()).toSuccessResponse();

		JWSAlgorithm alg = JWSAlgorithm.parse(of("alg"));
		JWKSource<SecurityContext> signing = alg.equals(JWSAlgorithm.HS256)
			? new ImmutableSecret<>(of("client_secret").getBytes("UTF-8")) : JWKSourceBuilder.create(URI.create(of("issuer") + "/jwks").toURL()).build();
		JWSVerificationKeySelector<SecurityContext> verify = new JWSVerificationKeySelector<>(alg, signing);
		JWEDecryptionKeySelector<SecurityContext> open = !s.containsKey("jwk") ? null : new JWEDecryptionKeySelector<>(JWEAlgorithm.parse(of("encryption_alg")),
			EncryptionMethod.A256GCM, new ImmutableJWKSet<>(new JWKSet(JWK.parse((Map<String, Object>) s.get("jwk")))));
		IDTokenClaimsSet signedIn = new IDTokenValidator(new Issuer(of("issuer")), new ClientID(of("client_id")), verify, open).validate(tokens.getOIDCTokens().getIDToken(), nonce);
		hint = tokens.getOIDCTokens().getIDToken();
		if (hint instanceof EncryptedJWT e) hint = e.getPayload().toSignedJWT(); // the validator opened it

		UserInfoSuccessResponse who = UserInfoResponse.parse(new UserInfoRequest(at("/userinfo"), tokens.getTokens().getBearerAccessToken()).toHTTPRequest().send()).toSuccessResponse();
		if (who.getUserInfoJWT() == null) return signedIn.getACR() + " " + who.getUserInfo().getFamilyName();
		DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
		processor.setJWSKeySelector(verify);
		processor.setJWEKeySelector(open);
		processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(of("client_id"),
			new JWTClaimsSet.Builder().issuer(of("issuer")).subject(signedIn.getSubject().getValue()).build(), Set.of()));
		return signedIn.getACR() + " " + processor.process(who.getUserInfoJWT(), null).getStringClaim("family_name");
	}

	public static void main(String[] args) throws Exception {
		s = JSONObjectUtils.parse(System.getenv("SETTINGS"));
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", URI.create(of("callback")).getPort()), 0);
		server.createContext("/", x -> {
			String page = "";
			int status = 302;
			try {
				switch (x.getRequestURI().getPath()) {
					case "/login" -> x.getResponseHeaders().set("Location", login().toString());
					case "/logout" -> x.getResponseHeaders().set("Location", new LogoutRequest(at(of("platform").equals("v1") ? "/logout" : "/session/end"), hint, URI.create(of("out")), new State()).toURI().toString());
					default -> {
						status = 200;
						page = x.getRequestURI().getPath().equals("/callback") ? "in " + callback(x.getRequestURI()) : "out";
					}
				}
			} catch (Exception e) {
				status = 500;
				page = e.toString();
			}
			x.sendResponseHeaders(status, 0);
			x.getResponseBody().write(page.getBytes("UTF-8"));
			x.close();
		});
		server.start();
	}
}
