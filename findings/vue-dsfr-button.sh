#!/usr/bin/env bash
# Guess: in VueDsfr, the French State's design system for Vue, the component
# DsfrFranceConnect takes the address of the sign-in as url, as FranceConnectButton of
# react-dsfr does, and @click on it listens to the button.
# What happens: url replaces the address of the link « Qu’est-ce que FranceConnect ? »,
# which opens in a new tab; the button leads nowhere, and is a submit button in a form.
# @click falls through to the group around both, so the help link starts a sign-in too:
# with url set, one login in the new tab and one in this tab.
# Since: url came with VueDsfr 5.12.0 (2024-04, issue 777); here 8.19.0, seen.
# Remedy: listen on the group and look at event.target.closest('button'), or write the
# design system's own HTML, with an <a>.
# Source: github.com/dnum-mi/vue-dsfr issue 777, and the description of url in the
# component's stories; Vue guide, fallthrough attributes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

npm init -y > npm.log
npm install --silent --ignore-scripts --legacy-peer-deps --no-audit --no-fund vue@3.5.41 vue-router@5.2.0 \
	@iconify/vue@5.0.5 focus-trap@8.2.2 focus-trap-vue@4.1.0 happy-dom@21.0.4
# The package alone: its style sheets (@gouvfr/dsfr, 100 MB) play no part.
npm pack --silent @gouvminint/vue-dsfr@8.19.0 > npm.log
mkdir -p node_modules/@gouvminint/vue-dsfr
tar xzf gouvminint-vue-dsfr-8.19.0.tgz -C node_modules/@gouvminint/vue-dsfr --strip-components 1

cat > t.mjs <<'E'
import { Window } from 'happy-dom'
const w = new Window({ url: 'https://portail.example.fr/connexion' })
for (const name of ['document', 'Node', 'Element', 'HTMLElement', 'SVGElement', 'Event', 'MouseEvent', 'ShadowRoot', 'Document']) {
  Object.defineProperty(globalThis, name, { value: w[name], configurable: true })
}
Object.defineProperty(globalThis, 'window', { value: w, configurable: true })
const { createApp, h } = await import('vue')
const { DsfrFranceConnect } = await import('@gouvminint/vue-dsfr')

let logins = 0
const form = document.createElement('form')
document.body.append(form)
createApp({ render: () => h(DsfrFranceConnect, { url: '/franceconnect/login', onClick: () => logins++ }) }).mount(form)
const button = form.querySelector('button')
const link = form.querySelector('a')
console.log('address at:', link.getAttribute('href'), '|', link.textContent.trim(), '| target', link.getAttribute('target'))
console.log('button type:', button.type)
form.addEventListener('submit', e => e.preventDefault())
link.addEventListener('click', e => e.preventDefault())
button.click()
console.log('logins after the button:', logins)
logins = 0
link.click()
console.log('logins after the help link:', logins)
process.exit(0)
E
echo "versions: @gouvminint/vue-dsfr 8.19.0, vue 3.5.41, node $(node --version)"
node t.mjs | tee out

expect() { grep -qF "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
expect 'address at: /franceconnect/login | Qu’est-ce que FranceConnect ? | target _blank'
expect 'button type: submit'
expect 'logins after the button: 1'
expect 'logins after the help link: 1'
echo "as described: url is the help link's, and the help link starts a sign-in"
