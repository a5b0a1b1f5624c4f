import Testing

@testable import Upstream

@Suite struct ProxySettingsTests {
    private struct Unusable: Error { let reason: String }

    private func proxy(
        _ environment: [String: String], for host: String = "api.openai.com", port: Int = 443, usesTLS: Bool = true
    ) throws -> String? {
        let settings = ProxySettings(environment: environment)
        switch settings.route(to: host, port: port, usesTLS: usesTLS, trust: .unverified) {
        case .direct: return nil
        case .proxy(let proxy): return "\(proxy.host):\(proxy.port)"
        case .none(let reason): throw Unusable(reason: reason)
        }
    }

    @Test func `without a variable nothing goes through a proxy`() throws {
        #expect(try proxy([:]) == nil)
        #expect(try proxy(["NO_PROXY": "*"]) == nil)
    }

    @Test(
        arguments: [
            (["HTTPS_PROXY": "http://a:1"], true, "a:1"),
            (["HTTPS_PROXY": "http://a:1"], false, nil),
            (["HTTP_PROXY": "http://a:1"], false, "a:1"),
            (["HTTP_PROXY": "http://a:1"], true, nil),
            (["ALL_PROXY": "http://a:1"], true, "a:1"),
            (["ALL_PROXY": "http://a:1"], false, "a:1"),
            (["ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:2"], true, "b:2"),
            (["ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:2"], false, "a:1"),
            (["HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:2"], true, "b:2"),
            (["HTTPS_PROXY": "http://a:1", "https_proxy": ""], true, "a:1"),
            (["HTTPS_PROXY": " "], true, nil),
        ] as [([String: String], Bool, String?)])
    func `the variable of the scheme goes first, and its lower-case form`(
        environment: [String: String], usesTLS: Bool, expected: String?
    ) throws {
        #expect(try proxy(environment, usesTLS: usesTLS) == expected)
    }

    @Test(arguments: [
        ("http://proxy.corp:3128", "proxy.corp:3128"), ("HTTP://proxy.corp:3128/", "proxy.corp:3128"),
        ("proxy.corp:3128", "proxy.corp:3128"), ("http://proxy.corp", "proxy.corp:80"),
        ("10.0.0.1:8080", "10.0.0.1:8080"),
        ("http://[fd00::1]:3128", "fd00::1:3128"), ("http://[fd00::1]", "fd00::1:80"),
        ("http://user:pass@proxy.corp:3128", "proxy.corp:3128"), ("http://u:p%40/s@proxy.corp:3128", "proxy.corp:3128"),
    ])
    func `a proxy is read`(value: String, expected: String) throws {
        #expect(try proxy(["HTTPS_PROXY": value]) == expected)
    }

    @Test(
        arguments: [
            ("http://user:pass@p:1", ProxyCredentials(user: "user", password: "pass")),
            ("user:pass@p:1", ProxyCredentials(user: "user", password: "pass")),
            ("http://user@p:1", ProxyCredentials(user: "user", password: "")),
            ("http://us%65r:p%40ss:word@p:1", ProxyCredentials(user: "user", password: "p@ss:word")),
            ("http://p:1", nil),
        ] as [(String, ProxyCredentials?)])
    func `credentials are decoded`(value: String, expected: ProxyCredentials?) {
        let settings = ProxySettings(environment: ["HTTPS_PROXY": value])
        let route = settings.route(to: "a.test", port: 443, usesTLS: true, trust: .system)
        guard case .proxy(let proxy) = route else {
            Issue.record("\(route)")
            return
        }
        #expect(proxy.credentials == expected)
    }

    @Test(arguments: [
        "https://p:1", "socks5://p:1", "http://", "http://:1", "http://p:0", "http://p:65536", "http://p:x",
        "http://p:",
        "http://p:1/path", "http://p:1?x", "http://[p]:1", "http://fd00::1:1", "http://u%4:hunter2@p:1",
        "http://u%3Au:hunter2@p:1", "http://u:%FF@p:1", "p p:1",
    ])
    func `a proxy that cannot be used keeps only its hosts out of reach, and its secret`(value: String) {
        let settings = ProxySettings(environment: ["https_proxy": value, "no_proxy": "direct.test"])
        #expect(settings.faults.count == 1)
        let fault = settings.faults.first ?? ""
        #expect(fault.hasPrefix("https_proxy") && fault.contains("write http://host:port"))
        #expect(!fault.contains("hunter2"))
        #expect(settings.route(to: "a.test", port: 443, usesTLS: true, trust: .system) == .none(fault))
        #expect(settings.route(to: "a.test", port: 80, usesTLS: false, trust: .system) == .direct)
        for host in ["direct.test", "localhost", "127.0.0.1"] {
            #expect(settings.route(to: host, port: 443, usesTLS: true, trust: .system) == .direct)
        }
    }

    @Test func `a variable that cannot be used gives way to none, and none to it where one of its own is set`() {
        let settings = ProxySettings(environment: ["ALL_PROXY": "socks5://p:1", "HTTPS_PROXY": "http://b:2"])
        #expect(settings.faults.map { $0.hasPrefix("ALL_PROXY: only proxies of the scheme http") } == [true])
        let https = settings.route(to: "a.test", port: 443, usesTLS: true, trust: .system)
        #expect(https == .proxy(UpstreamProxy(host: "b", port: 2, credentials: nil)))
        guard case .none = settings.route(to: "a.test", port: 80, usesTLS: false, trust: .system) else {
            Issue.record("reached past the proxy that is set for it")
            return
        }
    }

    @Test func `https to an address behind a proxy is out of reach, as its certificate cannot be checked`() {
        let settings = ProxySettings(environment: ["HTTPS_PROXY": "http://p:1"])
        let proxy = UpstreamRoute.proxy(UpstreamProxy(host: "p", port: 1, credentials: nil))
        guard case .none(let reason) = settings.route(to: "10.0.0.5", port: 443, usesTLS: true, trust: .system) else {
            Issue.record("taken")
            return
        }
        #expect(reason.contains("10.0.0.5") && reason.contains("NO_PROXY"))
        #expect(settings.route(to: "10.0.0.5", port: 443, usesTLS: true, trust: .unverified) == proxy)
        #expect(settings.route(to: "a.test", port: 443, usesTLS: true, trust: .system) == proxy)
    }

    @Test(arguments: [
        ("*", "a.test", 443, true), ("a.test", "a.test", 443, true), ("a.test", "b.a.test", 443, true),
        (".a.test", "a.test", 443, true), (".a.test", "b.a.test", 443, true), ("*.a.test", "b.a.test", 443, true),
        ("a.test", "ba.test", 443, false), ("A.Test", "a.tEST", 443, true), ("a.test.", "a.test", 443, true),
        ("a.test", "a.test.", 443, true), ("a.test:443", "a.test", 443, true), ("a.test:444", "a.test", 443, false),
        (".a.test:443", "b.a.test", 443, true), ("x.test, a.test", "a.test", 443, true),
        ("x.test a.test", "a.test", 443, true), ("x.test,,a.test,", "a.test", 443, true),
        ("x.test", "a.test", 443, false),
        ("10.0.0.1", "10.0.0.1", 443, true), ("10.0.0.1", "10.0.0.2", 443, false),
        ("10.0.0.1:443", "10.0.0.1", 443, true), ("10.0.0.1:444", "10.0.0.1", 443, false),
        ("0.0.1", "10.0.0.1", 443, false), ("10.0.0.0/8", "10.9.9.9", 443, true),
        ("10.0.0.0/8", "11.0.0.0", 443, false),
        ("192.168.4.0/22", "192.168.7.255", 443, true), ("192.168.4.0/22", "192.168.8.0", 443, false),
        ("0.0.0.0/0", "8.8.8.8", 443, true), ("0.0.0.0/0", "a.test", 443, false), ("0.0.0.0/0", "fd00::1", 443, false),
        ("10.0.0.0/8", "::ffff:10.0.0.1", 443, true), ("fd00::1", "fd00:0::1", 443, true),
        ("[fd00::1]", "fd00::1", 443, true), ("[fd00::1]:443", "fd00::1", 443, true),
        ("[fd00::1]:444", "fd00::1", 443, false), ("fd00::/8", "fdff::1", 443, true),
        ("fd00::/8", "fe80::1", 443, false),
        ("localhost,a", "a", 443, true),
    ])
    func `NO_PROXY names what is reached directly`(rules: String, host: String, port: Int, isDirect: Bool) throws {
        let environment = ["HTTPS_PROXY": "http://p:1", "NO_PROXY": rules]
        #expect(try proxy(environment, for: host, port: port) == (isDirect ? nil : "p:1"))
    }

    @Test func `the lower-case no_proxy goes first`() throws {
        let environment = ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "*", "no_proxy": "b.test"]
        #expect(try proxy(environment, for: "a.test") == "p:1")
    }

    @Test(arguments: [
        "10.0.0.0/33", "10.0.0.0/x", "a.test/8", "a.test:x", "a.test:0", "a*b", "**", "http://a", "[a]", ":80",
    ])
    func `an entry of NO_PROXY that cannot be read is left out and told`(entry: String) throws {
        let environment = ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "a.test,\(entry)"]
        let faults = ProxySettings(environment: environment).faults
        #expect(faults.count == 1 && faults[0].contains("`\(entry)`"))
        #expect(try proxy(environment, for: "a.test") == nil)
        #expect(try proxy(environment, for: "b.test") == "p:1")
    }

    @Test(arguments: [
        "localhost", "LOCALHOST", "localhost.", "box.localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1",
    ])
    func `this machine is reached directly`(host: String) throws {
        for usesTLS in [false, true] {
            #expect(try proxy(["ALL_PROXY": "http://p:1"], for: host, port: 11434, usesTLS: usesTLS) == nil)
        }
    }

    @Test func `credentials print as dots`() throws {
        let proxy = UpstreamProxy(
            host: "p", port: 1, credentials: ProxyCredentials(user: "admin", password: "hunter2"))
        var dumped = ""
        dump(proxy, to: &dumped)
        for text in ["\(proxy)", String(reflecting: proxy), dumped, proxy.credentials?.description ?? ""] {
            #expect(!text.contains("hunter2") && !text.contains("admin"), "\(text)")
            #expect(text.contains("•••"))
        }
    }

    @Test(arguments: [
        ("a", "", "YTo="), ("a", "b", "YTpi"), ("a", "bc", "YTpiYw=="), ("test", "123\u{A3}", "dGVzdDoxMjPCow=="),
        ("", "", "Og=="), ("~~", "??", "fn46Pz8="),
    ])
    func `credentials are sent in base64`(user: String, password: String, expected: String) {
        #expect(ProxyCredentials(user: user, password: password).basic == "Basic \(expected)")
    }
}
