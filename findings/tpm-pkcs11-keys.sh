#!/usr/bin/env bash
# Guess: what a TPM 2.0 can do is to be had of it by PKCS#11: a FranceConnect+ key
# for ECDH-ES, or for RSA-OAEP; and pkcs11-tool is the way to try the module before a
# portal does.
# What happens: the TPM agrees on a key; its PKCS#11 module makes an EC key "for
# derivation", says so of it, has no ECDH1-DERIVE, and refuses when the first person
# signs in. RSA-OAEP and RSA-OAEP-256 it has, but to pkcs11-tool it says that it has
# neither (CKR_MECHANISM_INVALID): the tool leaves the source of the label at 0, for which
# PKCS#11 has no meaning, and the module wants CKZ_DATA_SPECIFIED. PyKCS11, as most
# programs, sends that, and opens both.
# Since: seen with tpm2-pkcs11 1.9.0, OpenSC 0.23.0, swtpm 0.7.1 (a TPM in software).
# Remedy: an RSA key behind PKCS#11, or the TPM without it (TSS, go-tpm) for ECDH-ES.
# Source: PKCS#11 2.40, section 2.1.8 (CK_RSA_PKCS_OAEP_PARAMS); TPM 2.0 library, part 3,
# TPM2_ECDH_ZGen; tpm2-pkcs11 has no mechanism with C_DeriveKey.
set -euo pipefail
dir=$(mktemp -d)
tpm=
trap '[ -z "$tpm" ] || kill "$tpm"; rm -rf "$dir"' EXIT
cd "$dir"

apt-get download libtpm2-pkcs11-1=1.9.0-0.1+deb12u1 tpm2-tools=5.4-1 opensc=0.23.0-0.3+deb12u2 opensc-pkcs11=0.23.0-0.3+deb12u2 swtpm swtpm-libs libtpms0 \
	libtss2-esys-3.0.2-0 libtss2-fapi1 libtss2-mu0 libtss2-rc0 libtss2-sys1 libtss2-tctildr0 libtss2-tcti-swtpm0 libtss2-tcti-mssim0 libtss2-tcti-device0 libtss2-tcti-cmd0 \
	libyaml-0-2 libefivar1 libjson-glib-1.0-0 libsqlite3-0 > apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg -x "$deb" root; done
lib=$dir/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || uname -m)-linux-gnu
[ -d "$lib" ] || lib=$(dirname "$(find "$dir/root/usr/lib" -name 'libtss2-mu.so*' -print -quit)")
export LD_LIBRARY_PATH=$lib:$lib/swtpm PATH=$dir/root/usr/bin:$PATH
module=$(find "$dir/root" -name 'libtpm2_pkcs11.so*' -print -quit)

port=$((20000 + RANDOM % 20000))
mkdir state store
swtpm socket --tpm2 --tpmstate "dir=$dir/state" --server "type=tcp,port=$port" --ctrl "type=tcp,port=$((port + 1))" --flags not-need-init,startup-clear > swtpm.log 2>&1 &
tpm=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$((port + 1))") 2>/dev/null; do kill -0 "$tpm"; done
export TPM2TOOLS_TCTI="swtpm:host=127.0.0.1,port=$port" TPM2_PKCS11_TCTI="swtpm:host=127.0.0.1,port=$port" TPM2_PKCS11_STORE=$dir/store TPM2_PKCS11_LOG_LEVEL=0
flush() { tpm2_flushcontext -t && tpm2_flushcontext -l && tpm2_flushcontext -s; } # there is no resource manager here
tool() { pkcs11-tool --module "$module" "$@" 2>&1 || true; flush > /dev/null; }

{
	echo "tpm2-pkcs11 1.9.0, OpenSC 0.23.0"
	tpm2_createprimary -Q -C o -c primary && tpm2_create -Q -C primary -G ecc256:ecdh -u key.pub -r key.priv && flush
	tpm2_createprimary -Q -C o -c primary && tpm2_load -Q -C primary -u key.pub -r key.priv -c key && flush
	tpm2_ecdhkeygen -c key -u theirs -o one && flush
	tpm2_ecdhzgen -c key -u theirs -o two && flush
	cmp one two && echo "the TPM by itself agrees on a key"

	tool --init-token --slot-index 0 --label finding --so-pin 1234 > log
	tool --token-label finding --init-pin --login --login-type so --so-pin 1234 --pin 1234 >> log
	tool --token-label finding --login --pin 1234 --keypairgen --key-type EC:prime256v1 --usage-derive --label ec | grep -E 'Usage:.*derive' | tail -1
	tool --token-label finding --login --pin 1234 --keypairgen --key-type rsa:2048 --label rsa >> log
	openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout -outform DER -out theirs.der 2> /dev/null
	echo "ECDH1-DERIVE among its mechanisms: $(tool --token-label finding -M | grep -c ECDH || true)"
	tool --token-label finding --login --pin 1234 --derive -m ECDH1-DERIVE --label ec -i theirs.der | grep -o 'C_DeriveKey failed.*'
	tool --token-label finding --login --pin 1234 --read-object --type pubkey --label rsa -o rsa.der > /dev/null
	for hash in SHA-1 SHA256; do
		echo -n "thirty-two bytes of a content key" | openssl pkeyutl -encrypt -pubin -keyform DER -inkey rsa.der -pkeyopt rsa_padding_mode:oaep -pkeyopt "rsa_oaep_md:${hash/-/}" -out "$hash"
		tool --token-label finding --login --pin 1234 --decrypt -m RSA-PKCS-OAEP --hash-algorithm "$hash" --label rsa -i "$hash" | grep -o 'C_DecryptInit failed.*' | sed "s/^/RSA-OAEP with $hash by pkcs11-tool: /"
	done
	python3 -m venv v
	v/bin/pip -q install --disable-pip-version-check PyKCS11==1.5.20 2>&1 | tail -1
	MODULE=$module v/bin/python - <<'E'
import os, PyKCS11 as p
lib = p.PyKCS11Lib()
lib.load(os.environ["MODULE"])
slot = [s for s in lib.getSlotList(tokenPresent=True) if lib.getTokenInfo(s).label.strip() == "finding"][0]
session = lib.openSession(slot, p.CKF_SERIAL_SESSION)
session.login("1234")
key = session.findObjects([(p.CKA_CLASS, p.CKO_PRIVATE_KEY), (p.CKA_LABEL, "rsa")])[0]
for name, hash, mgf in ("SHA-1", p.CKM_SHA_1, p.CKG_MGF1_SHA1), ("SHA256", p.CKM_SHA256, p.CKG_MGF1_SHA256):
    session.decrypt(key, open(name, "rb").read(), p.RSAOAEPMechanism(hash, mgf))
    print(f"RSA-OAEP with {name} by PyKCS11: opened")
E
} | tee seen

diff - seen <<'E'
tpm2-pkcs11 1.9.0, OpenSC 0.23.0
the TPM by itself agrees on a key
  Usage:      encrypt, derive
ECDH1-DERIVE among its mechanisms: 0
C_DeriveKey failed: rv = CKR_FUNCTION_NOT_SUPPORTED (0x54)
RSA-OAEP with SHA-1 by pkcs11-tool: C_DecryptInit failed: rv = CKR_MECHANISM_INVALID (0x70)
RSA-OAEP with SHA256 by pkcs11-tool: C_DecryptInit failed: rv = CKR_MECHANISM_INVALID (0x70)
RSA-OAEP with SHA-1 by PyKCS11: opened
RSA-OAEP with SHA256 by PyKCS11: opened
E
echo "as described"
