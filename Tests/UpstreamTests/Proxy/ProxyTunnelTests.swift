import NIOCore
import Testing
import Upstream

/// Origins behind a proxy.
@Suite(.timeLimit(.minutes(1))) struct ProxyTunnelTests {
    @Test(arguments: [false, true])
    func `an origin is reached through the proxy, twice on one connection`(tls: Bool) async throws {
        let box = try await TestBox.start(tls: tls)
        let proxy = try await TestProxy.start(.leads(toPort: box.port))
        let caller = try await Caller(
            "cloud.test", port: 1234, trust: tls ? .unverified : nil, proxy: proxy.proxy(("Aladdin", "open sesame")))
        for _ in 0..<2 { #expect(try await caller.answer() == "200 secret") }
        let head = try #require(proxy.heads.first)
        #expect(proxy.heads.count == 1)
        #expect(head.hasPrefix("CONNECT cloud.test:1234 HTTP/1.1\r\n"))
        #expect(head.contains("\r\nHost: cloud.test:1234\r\n"))
        // The example of RFC 7617 section 2.
        #expect(head.contains("\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"))
        try await caller.end()
        await box.stop()
        await proxy.stop()
    }

    @Test func `no credentials are sent where there are none, and an IPv6 address has brackets`() async throws {
        let box = try await TestBox.start(tls: false)
        let proxy = try await TestProxy.start(.leads(toPort: box.port))
        let caller = try await Caller("fd00::1", port: 80, trust: nil, proxy: proxy.proxy())
        #expect(try await caller.answer() == "200 secret")
        #expect(proxy.heads == ["CONNECT [fd00::1]:80 HTTP/1.1\r\nHost: [fd00::1]:80\r\n\r\n"])
        try await caller.end()
        await box.stop()
        await proxy.stop()
    }

    @Test(arguments: [
        (
            "HTTP/1.1 407 Give Me\r\nProxy-Authenticate: Basic\r\nContent-Length: 3\r\n\r\nno!",
            "answered 407 Proxy Authentication Required to CONNECT cloud.test:443; "
                + "set user name and password in the proxy's URL"
        ),
        (
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
            "answered 502 Bad Gateway to CONNECT cloud.test:443"
        ),
        ("SSH-2.0-OpenSSH_9.6\r\n\r\n", "did not answer in HTTP/1.1"),
    ])
    func `what a proxy answers instead is told`(answer: String, reason: String) async throws {
        let proxy = try await TestProxy.start(.answers(answer))
        let caller = try await Caller("cloud.test", port: 443, trust: .unverified, proxy: proxy.proxy())
        #expect(try await caller.answer() == "refused: the proxy 127.0.0.1:\(proxy.port) \(reason)")
        try await caller.end()
        await proxy.stop()
    }

    @Test func `a proxy that hangs up is told`() async throws {
        let proxy = try await TestProxy.start(.closes)
        let caller = try await Caller("cloud.test", port: 443, trust: .unverified, proxy: proxy.proxy())
        #expect(
            try await caller.answer()
                == "refused: the proxy 127.0.0.1:\(proxy.port) closed the connection without an answer")
        try await caller.end()
        await proxy.stop()
    }

    @Test(arguments: [false, true])
    func `a proxy that hangs, or an origin behind it, is given up in time`(originHangs: Bool) async throws {
        let box = try await TestBox.start(tls: false) { _, _ in }
        let proxy = try await TestProxy.start(originHangs ? .leads(toPort: box.port) : .hangs)
        let caller = try await Caller(
            "cloud.test", port: 443, trust: .unverified, proxy: proxy.proxy(), within: .seconds(2))
        let start = NIODeadline.now()
        let reason =
            originHangs
            ? "no TLS handshake with cloud.test:443 within 2.0 seconds"
            : "the proxy 127.0.0.1:\(proxy.port) did not answer within 2.0 seconds"
        #expect(try await caller.answer() == "refused: \(reason)")
        #expect(NIODeadline.now() - start < .seconds(20))
        try await caller.end()
        await box.stop()
        await proxy.stop()
    }

    @Test func `a proxy that is not there is told from an origin that is not`() async throws {
        let proxy = try await TestProxy.start(.hangs)
        await proxy.stop()
        let gone = UpstreamProxy(host: "127.0.0.1", port: proxy.port, credentials: nil)
        let caller = try await Caller("cloud.test", port: 443, trust: .unverified, proxy: gone)
        #expect(
            try await caller.answer()
                == "refused: cannot connect to the proxy 127.0.0.1:\(proxy.port): connection refused")
        try await caller.end()
    }
}
