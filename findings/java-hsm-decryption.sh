#!/usr/bin/env bash
# Guess: a FranceConnect+ decryption key in an HSM works in Java as one in a file does:
# the JDK's PKCS#11 provider, and Nimbus JOSE told to use it for the key.
# What happens: none of FranceConnect+'s three algorithms opens. RSA-OAEP and
# RSA-OAEP-256: the JDK's provider has no OAEP padding at all, whatever the device can do
# (SoftHSM2 has RSA-OAEP). ECDH-ES: the device agrees, but the secret that comes out is
# sensitive, and the provider cannot read it for the key derivation that JOSE wants.
# Only ECDH-ES can be had: with a section of the provider's configuration that makes
# generic secrets extractable, which no error message names; the private key stays inside.
# Since: JDK 17.0.15, nimbus-jose-jwt 10.4.2, SoftHSM 2.6.1, all seen.
# Source: JDK PKCS#11 Reference Guide (appendix of algorithms: RSA/ECB/PKCS1Padding and
# RSA/ECB/NoPadding alone; attributes in the configuration); RFC 7518 sections 4.3 and 4.6.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

apt-get download softhsm2=2.6.1-2.1 libsofthsm2=2.6.1-2.1 > apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg -x "$deb" root; done
module=$(find "$dir/root" -name libsofthsm2.so -type f -print -quit)
mkdir tokens
export SOFTHSM2_CONF="$dir/softhsm2.conf"
printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$dir/tokens" > softhsm2.conf
"$(find "$dir/root" -name softhsm2-util -type f)" --module "$module" --init-token --free --label finding --pin 1234 --so-pin 1234 > token.log
mvn -q -B dependency:copy -Dartifact=com.nimbusds:nimbus-jose-jwt:10.4.2 -DoutputDirectory=lib

cat > plain.cfg <<E
name = finding
library = $module
slotListIndex = 0
attributes(*,CKO_PRIVATE_KEY,*) = {
  CKA_SENSITIVE = true
  CKA_EXTRACTABLE = false
  CKA_DECRYPT = true
  CKA_DERIVE = true
}
E
cat plain.cfg - > extractable.cfg <<'E'
attributes(*,CKO_SECRET_KEY,CKK_GENERIC_SECRET) = {
  CKA_SENSITIVE = false
  CKA_EXTRACTABLE = true
}
E
cat > T.java <<'E'
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEDecrypter;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;

public class T {
	static void open(JWEAlgorithm alg, JWEEncrypter to, JWEDecrypter from, Provider hsm) throws Exception {
		JWEObject sent = new JWEObject(new JWEHeader(alg, EncryptionMethod.A256GCM), new Payload("opened"));
		sent.encrypt(to);
		JWEObject got = JWEObject.parse(sent.serialize());
		if (from instanceof RSADecrypter) ((RSADecrypter) from).getJCAContext().setKeyEncryptionProvider(hsm);
		if (from instanceof ECDHDecrypter) ((ECDHDecrypter) from).getJCAContext().setKeyEncryptionProvider(hsm);
		String said;
		try {
			got.decrypt(from);
			said = got.getPayload().toString();
		} catch (JOSEException e) {
			Throwable cause = e;
			while (cause.getCause() != null) cause = cause.getCause();
			said = cause.getClass().getSimpleName() + ": " + cause.getMessage();
		}
		System.out.println(alg + ": " + said);
	}

	public static void main(String[] args) throws Exception {
		Provider hsm = Security.getProvider("SunPKCS11").configure(args[0]);
		KeyStore.getInstance("PKCS11", hsm).load(null, "1234".toCharArray());
		KeyPairGenerator g = KeyPairGenerator.getInstance("RSA", hsm);
		g.initialize(2048);
		KeyPair rsa = g.generateKeyPair();
		g = KeyPairGenerator.getInstance("EC", hsm);
		g.initialize(new ECGenParameterSpec("secp256r1"));
		KeyPair ec = g.generateKeyPair();
		// The sender has the public keys alone, as from a published key set.
		RSAPublicKey toRSA = RSAKey.parse(new RSAKey.Builder((RSAPublicKey) rsa.getPublic()).build().toJSONString()).toRSAPublicKey();
		ECPublicKey toEC = ECKey.parse(new ECKey.Builder(Curve.P_256, (ECPublicKey) ec.getPublic()).build().toJSONString()).toECPublicKey();
		for (JWEAlgorithm alg : new JWEAlgorithm[] {JWEAlgorithm.RSA_OAEP, JWEAlgorithm.RSA_OAEP_256})
			open(alg, new RSAEncrypter(toRSA), new RSADecrypter(rsa.getPrivate()), hsm);
		open(JWEAlgorithm.ECDH_ES, new ECDHEncrypter(toEC), new ECDHDecrypter(ec.getPrivate(), null, Curve.P_256), hsm);
		System.exit(0);
	}
}
E
javac -cp 'lib/*' T.java 2> javac.log || { cat javac.log; exit 1; }
echo "versions: $(java -version 2>&1 | head -1), nimbus-jose-jwt 10.4.2, SoftHSM 2.6.1"
java -cp 'lib/*:.' T plain.cfg | tee plain
echo "with generic secrets extractable in the provider's configuration:"
java -cp 'lib/*:.' T extractable.cfg | tee extractable

expect() { grep -q "$2" "$1" || { echo "changed: no longer \"$2\""; exit 1; }; }
for out in plain extractable; do
	expect $out '^RSA-OAEP: NoSuchPaddingException'
	expect $out '^RSA-OAEP-256: NoSuchAlgorithmException'
done
expect plain '^ECDH-ES: PKCS11Exception: CKR_ATTRIBUTE_SENSITIVE'
expect extractable '^ECDH-ES: opened'
echo "as described: nothing opens as it is, ECDH-ES opens with the section"
