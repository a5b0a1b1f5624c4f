import Curl
import Glibc
import Testing

/// Which addresses a client's address may lead to.
@Suite struct PublicAddressTests {
    @Test(
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
            "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
            "255.255.255.255", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8",
            "2001:db8::1", "2001::1", "2001:10::1", "2002:7f00:1::", "2002:0808:0808::", "3fff::1", "100::1", "4000::1",
        ])
    func `a machine or a network of one's own, and what is nobody's, is none of the internet's`(address: String) {
        #expect(!PublicAddress.contains(address))
    }

    @Test(
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860::8888",
            "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        ])
    func `all others are`(address: String) { #expect(PublicAddress.contains(address)) }

    @Test(arguments: ["", "localhost", "example.com", "1.2.3", "0x7f000001", "2130706433", "[::1]"])
    func `a text that is no address is none`(text: String) { #expect(!PublicAddress.contains(text)) }

    // MARK: While asking

    /// Only the first of this machine's own addresses, as if it were the internet's.
    @Sendable private static func first(_ address: UnsafePointer<sockaddr>) -> Bool {
        guard Int32(address.pointee.sa_family) == AF_INET else { return false }
        return UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr
            == UInt32(0x7f00_0001).bigEndian
    }

    private func ask(_ url: String, redirects: Int = 3) async -> Result<CurlResponse, CurlError> {
        let curl = CurlMulti(maximumIdleConnections: 1)
        var request = CurlRequest(
            method: .get, url: url, headers: [], body: nil, connectTimeout: .seconds(5), totalTimeout: .seconds(20),
            maximumBodyBytes: 1 << 20)
        request.mayReach = Self.first
        request.maximumRedirects = redirects
        defer { curl.stop() }
        do throws(CurlError) { return .success(try await curl.perform(request)) } catch { return .failure(error) }
    }

    private func error(_ result: Result<CurlResponse, CurlError>) -> CurlError? {
        if case .failure(let error) = result { error } else { nil }
    }

    @Test func `an address that may not be reached is refused before a byte is sent, also behind a redirection`()
        async throws
    {
        let server = try await TinyServer.start()
        #expect(try await ask(server.url("/ok")).get().status == 200)
        let before = server.now.connections
        for host in ["127.0.0.2", "127.1.1.1", "0.0.0.0"] {
            let direct = await ask("http://\(host):\(server.port)/ok")
            #expect(error(direct) == .forbidden, "\(host)")
            let redirected = await ask(server.url("/elsewhere?\(host):\(server.port)"))
            #expect(error(redirected) == .forbidden, "\(host)")
        }
        #expect(server.now.connections == before + 3)
        try await server.stop()
    }

    @Test func `a redirection is followed as often as is allowed, and to the web alone`() async throws {
        let server = try await TinyServer.start()
        #expect(try await ask(server.url("/redirect")).get().status == 200)
        #expect(try await ask(server.url("/redirect"), redirects: 0).get().status == 302)
        for path in ["/round", "/file"] {
            let result = await ask(server.url(path))
            #expect(error(result) != nil, "\(path)")
        }
        try await server.stop()
    }
}
