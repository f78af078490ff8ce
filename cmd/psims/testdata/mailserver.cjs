// A real mail server for the tests: node mailserver.cjs FOLDER-OF-PACKAGES KEY CERTIFICATE.
// It prints the ports on which it listens, and then a line of JSON for each message.
const path = require("path");
const fs = require("fs");
const { SMTPServer } = require(path.join(process.argv[2], "smtp-server"));
const key = fs.readFileSync(process.argv[3]), cert = fs.readFileSync(process.argv[4]);

function server(options) {
	const out = new SMTPServer({
		key, cert, ...options,
		onAuth(auth, session, done) {
			const good = auth.username === "psims" && auth.password === "secret";
			done(good ? null : new Error("wrong name or password"), good ? { user: auth.username } : undefined);
		},
		onRcptTo(address, session, done) {
			done(address.address.startsWith("refused@") ? new Error("nobody here by that name") : null);
		},
		onData(stream, session, done) {
			let text = "";
			stream.on("data", (part) => { text += part; });
			stream.on("end", () => {
				console.log(JSON.stringify({ to: session.envelope.rcptTo.map((r) => r.address), secure: session.secure, user: session.user || "", text }));
				done();
			});
		},
	});
	out.on("error", () => {}); // a client that goes away: the test looks at what the client says
	return out;
}

const list = [
	server({ authOptional: true, disabledCommands: ["STARTTLS", "AUTH"] }), // none
	server({ authOptional: false }), // starttls, with a name and a password
	server({ authOptional: true, secure: true }), // tls
];
Promise.all(list.map((s) => new Promise((done) => { const l = s.listen(0, "127.0.0.1", () => done(l.address().port)); })))
	.then((ports) => console.log(JSON.stringify(ports)));
process.stdin.on("end", () => process.exit(0)).resume();
