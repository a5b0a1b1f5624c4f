import Testing

@testable import Server

@Suite struct AccessPolicyTests {
    @Test(arguments: [
        "localhost", "localhost:4000", "127.0.0.1", "127.0.0.1:4000", "127.9.9.9", "[::1]:4000", "x.localhost",
        "LOCALHOST",
    ])
    func `bound to loopback without a key, loopback hosts may call`(host: String) {
        #expect(AccessPolicy(requiresKey: false, host: "127.0.0.1").allows(host: host))
    }

    @Test(arguments: [
        "", "evil.example", "127.0.0.1.evil.example", "127.0.0.256", "localhostx", "127.0.0.1x:80", "127.0.0.",
        "localhost.evil.example:4000", "10.0.0.1",
    ])
    func `bound to loopback without a key, other hosts may not`(host: String) {
        #expect(!AccessPolicy(requiresKey: false, host: "127.0.0.1").allows(host: host))
        #expect(AccessPolicy(requiresKey: true, host: "127.0.0.1").allows(host: host))
        #expect(AccessPolicy(requiresKey: false, host: "10.0.0.1").allows(host: host))
    }

    @Test(arguments: [
        "http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080", "app://obsidian.md", "tauri://localhost",
        "vscode-webview://abc", "vscode-file://x", "file://",
    ])
    func `without a key, pages of this machine and apps may call, and see their own origin`(origin: String) {
        #expect(AccessPolicy(requiresKey: false, host: "127.0.0.1").origin(origin) == .allowed(origin))
    }

    @Test func `a client without a Host is no browser`() {
        #expect(AccessPolicy(requiresKey: false, host: "127.0.0.1").allows(host: nil))
    }

    @Test(arguments: ["https://evil.example", "http://localhost.evil.example", "null", "", "http://10.0.0.1"])
    func `without a key, other pages may not; with one, every page`(origin: String) {
        #expect(AccessPolicy(requiresKey: false, host: "127.0.0.1").origin(origin) == .denied)
        #expect(AccessPolicy(requiresKey: true, host: "0.0.0.0").origin(origin) == .allowed("*"))
    }
}
