import NIOCore
import TestSupport
import Testing

@testable import Upstream

/// Whom an origin behind https is taken for.
@Suite(.timeLimit(.minutes(1))) struct UpstreamTLSTests {
    @Test(arguments: [("localhost", false), ("127.0.0.1", false), ("LOCALHOST.", true)])
    func `an instance that the bundle vouches for answers, twice on one connection`(
        host: String, isProxied: Bool
    ) async throws {
        let box = try await TestBox.start(tls: true)
        let proxy = try await TestProxy.start(.leads(toPort: box.port))
        let bundle = try TemporaryFile.testBundle()
        let caller = try await Caller(
            host, port: box.port, trust: .bundle(path: bundle.path), proxy: isProxied ? proxy.proxy() : nil)
        for _ in 0..<2 { #expect(try await caller.answer() == "200 secret") }
        #expect(box.seen.connections == 1)
        #expect(box.seen.protocols == ["http/1.1"])
        try await caller.end()
        await box.stop()
        await proxy.stop()
    }

    @Test func `an instance that the system does not vouch for is refused before a byte of the request`() async throws {
        let box = try await TestBox.start(tls: true)
        let caller = try await Caller(port: box.port, trust: .system)
        #expect(
            try await caller.answer() == "insecure: the certificate of localhost is not trusted "
                + "(certificate verify failed); set ca_bundle or ssl_verify")
        #expect(box.seen.requests == 0)
        try await caller.end()
        await box.stop()
    }

    @Test func `a certificate for another host is refused before a byte of the request`() async throws {
        let box = try await TestBox.start(tls: true)
        let proxy = try await TestProxy.start(.leads(toPort: box.port))
        let bundle = try TemporaryFile.testBundle()
        let trust = UpstreamTrust.bundle(path: bundle.path)
        // The second is for the address of the connection, the proxy's: swift-nio-ssl alone would take it.
        for (host, proxy) in [("127.0.0.2", nil), ("cloud.test", proxy.proxy())] {
            let caller = try await Caller(host, port: box.port, trust: trust, proxy: proxy)
            #expect(
                try await caller.answer() == "insecure: the certificate of \(host) is not trusted "
                    + "(it is for another host); correct the host name, or set ssl_verify")
            try await caller.end()
        }
        #expect(box.seen.requests == 0)
        await box.stop()
        await proxy.stop()
    }

    @Test(arguments: [
        ("a.test", "a.test", true), ("A.test.", "a.TEST", true), ("b.a.test", "*.a.test", true),
        ("c.b.a.test", "*.a.test", false), ("a.test", "*.a.test", false), (".a.test", "*.a.test", false),
        ("b.a.test", "b*.a.test", false), ("b.a.test", "*", false), ("ba.test", "a.test", false),
    ])
    func `a name in a certificate is compared label by label`(host: String, pattern: String, isNamed: Bool) {
        #expect(CertificateNames.matches(host, pattern) == isNamed)
    }

    @Test(arguments: ["localhost", "127.0.0.2"])
    func `without verification any certificate is taken`(host: String) async throws {
        let box = try await TestBox.start(tls: true)
        let caller = try await Caller(host, port: box.port, trust: .unverified)
        #expect(try await caller.answer() == "200 secret")
        try await caller.end()
        await box.stop()
    }

    @Test func `an instance that does not speak TLS is told from one that is not trusted`() async throws {
        let box = try await TestProxy.start(.speaksFirst("HTTP/1.1 400 Bad Request\r\n\r\n"))
        let caller = try await Caller(port: box.port, trust: .system)
        #expect(
            try await caller.answer() == "insecure: the TLS handshake with localhost:\(box.port) failed "
                + "(wrong version number); it does not seem to speak https")
        try await caller.end()
        await box.stop()
    }

    @Test func `origins of one trust share a context`() throws {
        let bundle = try TemporaryFile.testBundle()
        let trusts: [UpstreamTrust] = [.system, .unverified, .bundle(path: bundle.path), .system]
        let origins = trusts.enumerated().map { Self.origin("box\($0)", trust: $1) }
        let tls = try UpstreamTLS(for: origins)
        let contexts = try origins.map { try #require(tls.context(for: $0)) }
        #expect(contexts[0] === contexts[3])
        #expect(Set(contexts.map(ObjectIdentifier.init)).count == 3)
    }

    @Test func `a bundle that cannot be used is named at the start`() throws {
        let garbage = try TemporaryFile("no certificate")
        for (path, reason) in [
            ("/nonexistent/ca.pem", "the CA bundle /nonexistent/ca.pem cannot be read: No such file or directory"),
            (garbage.path, "the CA bundle \(garbage.path) holds no certificate in PEM form"),
            (garbage.directory, "the CA bundle \(garbage.directory) holds no certificate in PEM form"),
        ] {
            #expect(throws: UpstreamSettingsError(reason)) {
                try UpstreamTLS(for: [Self.origin("box", trust: .bundle(path: path))])
            }
        }
    }

    @Test func `a system without trusted certificates is told what to install, if it needs them`() throws {
        let empty = SystemTrustStore(files: ["/nonexistent/ca.crt"], directories: ["/nonexistent"])
        let error = #expect(throws: UpstreamSettingsError.self) {
            try UpstreamTLS(for: [Self.origin("box", trust: .system)], store: empty)
        }
        #expect(error?.reason.contains("install the package ca-certificates") == true)
        _ = try UpstreamTLS(for: [Self.origin("box", trust: .unverified)], store: empty)
        _ = try UpstreamTLS(for: [], store: empty)
    }

    private static func origin(_ host: String, trust: UpstreamTrust) -> UpstreamOrigin {
        UpstreamOrigin(host: host, port: 443, usesTLS: true, trust: trust, route: .direct, connectTimeout: .seconds(1))
    }
}
