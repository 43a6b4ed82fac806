package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// apache is httpd with mod_auth_openidc.
var apache = client{callback: "/private/back", login: "/private/",
	logout: func(portal string) string { return "/private/back?logout=" + url.QueryEscape(portal+"/out") },
	isIn:   func(page string) bool { return strings.Contains(page, "signed in") },
	command: func(s portalSettings, folder string) ([]string, error) {
		if s.Platform == "v1" {
			return nil, nil // it wants a discovery, or keys
		}
		lines := []string{
			"ServerRoot " + folder, "Listen " + hostOf(s.Callback), "ServerName 127.0.0.1", "PidFile httpd.pid", "Mutex posixsem",
			"LoadModule mpm_event_module " + httpd + "mod_mpm_event.so", "LoadModule authz_core_module " + httpd + "mod_authz_core.so",
			"LoadModule authz_user_module " + httpd + "mod_authz_user.so", "LoadModule authn_core_module " + httpd + "mod_authn_core.so",
			"LoadModule dir_module " + httpd + "mod_dir.so", "LoadModule mime_module " + httpd + "mod_mime.so",
			"LoadModule auth_openidc_module modules/mod_auth_openidc.so", "ErrorLog " + filepath.Join(folder, "error.log"), "TypesConfig /dev/null", "DocumentRoot " + filepath.Join(folder, "site"),
			"OIDCProviderMetadataURL " + s.Issuer + "/.well-known/openid-configuration", "OIDCClientID " + s.ClientID, "OIDCClientSecret " + s.ClientSecret,
			"OIDCRedirectURI " + s.Callback, "OIDCCryptoPassphrase 0123456789abcdef0123456789abcdef", `OIDCScope "openid given_name family_name"`,
			"OIDCAuthRequestParams acr_values=" + s.Level, "OIDCIDTokenSignedResponseAlg " + s.Alg, "OIDCUserInfoSignedResponseAlg " + s.Alg,
			"OIDCProviderTokenEndpointAuth client_secret_post", "User www-data", "Group www-data",
		}
		if s.EncryptionAlg != "" {
			key := filepath.Join(folder, "key.pem")
			if err := writeKey(key, s.JWK); err != nil {
				return nil, err
			}
			lines = append(lines, "OIDCPrivateKeyFiles portail#"+key, "OIDCIDTokenEncryptedResponseAlg "+s.EncryptionAlg, "OIDCIDTokenEncryptedResponseEnc A256GCM",
				"OIDCUserInfoEncryptedResponseAlg "+s.EncryptionAlg, "OIDCUserInfoEncryptedResponseEnc A256GCM")
		}
		lines = append(lines, `<Location "/private">`, "AuthType openid-connect", "Require valid-user", "</Location>", "")
		file := filepath.Join(folder, "httpd.conf")
		return []string{"env", "LD_LIBRARY_PATH=" + filepath.Join(folder, "lib"), "/usr/sbin/apache2", "-X", "-f", file}, os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600)
	}}

const httpd = "/usr/lib/apache2/modules/"
