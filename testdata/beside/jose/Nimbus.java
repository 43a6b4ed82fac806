// Makes the tokens of a plan with Nimbus JOSE + JWT, one a line.

import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class Nimbus {
	@SuppressWarnings("unchecked")
	static Map<String, Object> members(Object list) {
		Map<String, Object> all = new LinkedHashMap<>();
		for (List<Object> m : (List<List<Object>>) list) {
			all.put((String) m.get(0), m.get(1));
		}
		return all;
	}

	@SuppressWarnings("unchecked")
	static List<Map<String, Object>> keys(Object set) {
		return (List<Map<String, Object>>) ((Map<String, Object>) set).get("keys");
	}

	@SuppressWarnings("unchecked")
	public static void main(String[] args) throws Exception {
		Map<String, Object> plan = JSONObjectUtils.parse(Files.readString(Path.of(args[0])));
		List<Map<String, Object>> signers = keys(plan.get("signers"));
		List<Map<String, Object>> recipients = keys(plan.get("recipients"));
		StringBuilder out = new StringBuilder();
		for (Map<String, Object> w : (List<Map<String, Object>>) plan.get("tokens")) {
			String inner = (String) w.get("claims");
			if (w.get("signed") != null) {
				JWSObject signed = new JWSObject(JWSHeader.parse(members(w.get("signed"))), new Payload(inner));
				signed.sign(new ECDSASigner(ECKey.parse(signers.get(((Number) w.get("signer")).intValue()))));
				inner = signed.serialize();
			}
			if (w.get("head") != null) {
				JWEObject sealed = new JWEObject(JWEHeader.parse(members(w.get("head"))), new Payload(inner));
				JWK key = JWK.parse(recipients.get(((Number) w.get("key")).intValue()));
				sealed.encrypt(key instanceof ECKey ? new ECDHEncrypter((ECKey) key) : new RSAEncrypter((RSAKey) key));
				inner = sealed.serialize();
			}
			out.append(inner).append('\n');
		}
		System.out.write(out.toString().getBytes(StandardCharsets.US_ASCII));
		System.out.flush();
	}
}
