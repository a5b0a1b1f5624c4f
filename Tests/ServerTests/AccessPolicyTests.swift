import Testing

@testable import Server

@Suite struct AccessPolicyTests {
    private func policy(requiresKey: Bool = false, host: String = "127.0.0.1") -> AccessPolicy {
        AccessPolicy(
            requiresKey: requiresKey, host: host,
            machine: MachineHosts(
                name: "My-Box", addresses: [HostAddress("203.0.113.7")!, HostAddress("2001:db8::7")!]))
    }

    @Test(arguments: [
        "localhost", "localhost:4000", "127.0.0.1", "127.0.0.1:4000", "127.9.9.9", "[::1]:4000", "x.localhost",
        "LOCALHOST", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]:4000", "::1",
    ])
    func `bound to loopback without a key, loopback hosts may call`(host: String) {
        #expect(policy().allows(host: host))
    }

    @Test(arguments: ["0.0.0.0", "0.0.0.0:4000", "[::]", "[::]:4000", "[0:0:0:0:0:0:0:0]:80", "[::ffff:0.0.0.0]"])
    func `the unspecified address reaches this machine, as with Ollama`(host: String) {
        #expect(policy().allows(host: host))
        #expect(policy().origin("http://" + host) == .allowed("http://" + host))
        #expect(policy().origin("https://" + host) == .allowed("https://" + host))
    }

    @Test(arguments: [
        "10.0.0.1", "172.31.0.1:4000", "192.168.1.4:4000", "[fd00::1]:4000", "box.local", "Box.Local:4000",
        "host.docker.internal:4000", "my-box", "MY-BOX:4000", "203.0.113.7", "[2001:db8::7]:4000",
    ])
    func `private addresses, local names and the machine's own are hosts, as with Ollama, and no origins`(host: String)
    {
        #expect(policy().allows(host: host))
        #expect(policy().origin("http://" + host) == .denied)
    }

    @Test(arguments: [
        "", "evil.example", "127.0.0.1.evil.example", "127.0.0.256", "localhostx", "127.0.0.1x:80", "127.0.0.",
        "localhost.evil.example:4000", "8.8.8.8", "0.0.0.1", "0.0.0.0.evil.example", "172.32.0.1", "[2001:db8::8]",
        "evillocal", "local", "internal", "local.evil.example", "[::1", "[::1]x", "[::].evil.example", "[::1].evil:80",
        "localhost:80:evil", "localhost:x", "me@localhost", "[localhost]", "[127.0.0.1]", "127.1", "0",
        "localhost,evil", "localhost:80@evil.example", "127.0.0.1:80@evil.example", "[::1]:80@evil.example",
        "localhost%2eevil.example", "localhost#@evil.example", "localhost\\@evil.example",
        "my-box.evil.example",
    ])
    func `bound to loopback without a key, other hosts may not`(host: String) {
        #expect(!policy().allows(host: host))
        #expect(policy(requiresKey: true).allows(host: host))
        #expect(policy(host: "10.0.0.1").allows(host: host))
        #expect(policy(host: "0.0.0.0").allows(host: host))
    }

    @Test func `a machine without a name does not let a host without one in`() {
        let machine = MachineHosts(name: "", addresses: [])
        #expect(!AccessPolicy(requiresKey: false, host: "127.0.0.1", machine: machine).allows(host: ":80"))
    }

    @Test(arguments: [
        "http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080", "app://obsidian.md", "tauri://localhost",
        "vscode-webview://abc", "vscode-file://x", "file://",
    ])
    func `without a key, pages of this machine and apps may call, and see their own origin`(origin: String) {
        #expect(policy().origin(origin) == .allowed(origin))
    }

    @Test func `a client without a Host is no browser`() {
        #expect(policy().allows(host: nil))
    }

    @Test(arguments: [
        "https://evil.example", "http://localhost.evil.example", "null", "", "http://10.0.0.1", "http://0.0.0.1",
        "http://0.0.0.0.evil.example", "http://0.0.0.0@evil.example", "http://localhost:evil.example",
        "http://127.0.0.1:80@evil.example", "http://[::1].evil.example:80", "http://[::1]evil.example",
        "http://localhost:3000, http://evil.example", "http://", "ws://localhost",
    ])
    func `without a key, other pages may not; with one, every page`(origin: String) {
        #expect(policy().origin(origin) == .denied)
        #expect(policy(requiresKey: true, host: "0.0.0.0").origin(origin) == .allowed("*"))
    }

    @Test func `the system's own name and addresses are found`() {
        let machine = MachineHosts.ofTheSystem()
        #expect(machine.addresses.contains(HostAddress("127.0.0.1")!))
        #expect(machine.name == machine.name.lowercased() && !machine.name.isEmpty)
    }
}
