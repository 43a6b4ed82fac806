// answers returns what a form says, as words and variables of a command.
const answers = (form, command) => {
	const options = [], words = [], variables = {};
	for (const field of form.elements) {
		const value = field.value?.trim();
		if (!value || !field.name || field.type === "checkbox" && !field.checked) continue;
		if (field.dataset.is === "variable") {
			variables[field.name] = ((variables[field.name] ?? "") + " " + value).trim();
		} else if (field.dataset.is === "word") {
			words.push(value);
		} else if (command.options.includes(field.name)) {
			options.push("-" + field.name, value);
		}
	}
	const input = options.includes("-") ? document.getElementById("profile").textContent : "";
	return { words: [command.name, ...options, "-format", "html", "-lang", document.documentElement.lang, "--", ...words], variables, input };
};

// asked returns what an option is called in this page, or the option.
const asked = (option, name) => {
	const label = document.querySelector(`[name="${name}"]`)?.labels[0].textContent;
	if (!label) return option;
	return document.documentElement.lang === "fr" ? `«\u00a0${label}\u00a0»` : `“${label}”`;
};

// paper returns what a command wrote, as a part of this page and in its style.
const paper = ({ out, err }) => {
	const article = document.createElement("article");
	const main = new DOMParser().parseFromString(out.replace(/<style>[^]*<\/style>/, ""), "text/html").querySelector("main");
	article.append(...(main?.childNodes ?? []));
	if (!main) {
		const said = err.split("\n")[0].replace(/^franceconnect: /, "").replace(/(?<=^|[ (])-([a-z]+(-[a-z]+)*)/g, asked);
		article.append(Object.assign(document.createElement("p"), { role: "alert", textContent: said }));
	}
	return article;
};

for (const form of document.forms) {
	const result = document.getElementById(form.id + "-result");
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		form.ariaBusy = "true";
		const papers = [];
		for (const command of JSON.parse(form.dataset.commands)) {
			const one = paper(await program.run(answers(form, command)));
			if (!papers.some((other) => other.textContent === one.textContent)) papers.push(one); // a wrong answer is said once
		}
		result.querySelector("div").replaceChildren(...papers);
		result.hidden = false;
		form.ariaBusy = "false";
		result.querySelector("h2").focus();
	});
	result.querySelector("button").addEventListener("click", () => {
		document.body.dataset.printed = result.id;
		for (const other of document.querySelectorAll(".result")) other.classList.toggle("unprinted", other !== result);
		print();
	});
}

// A profile is read from the file of an editor's, and stays in this page.
document.querySelector("[type=file]").addEventListener("change", async ({ target }) => {
	if (!target.files[0]) return;
	document.getElementById("profile").textContent = await target.files[0].text();
	document.querySelector("[name=profil]").value = "-";
});

// A secret has no place here: what looks like one is taken away at once, and said
// where it was. The former client id is of the same form, and alone is asked for.
document.addEventListener("input", ({ target }) => {
	const said = document.getElementById("secret");
	said.hidden = true;
	if (!/[0-9a-f]{64}/i.test(target.value ?? "") || target.name === "ancien-client" && target.value.trim().length === 64) return;
	target.value = "";
	target.after(said);
	said.hidden = false;
});

program.ready.then(() => {
	for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
	document.getElementById("waiting").hidden = true;
}, () => {
	document.getElementById("waiting").textContent = document.getElementById("waiting").dataset.old;
});
