import Testing

@testable import Curl

@Suite struct CurlRequestTests {
    private func request(_ url: String, connect: Int = 2_000, total: Int = 2_000) -> CurlRequest {
        CurlRequest(
            method: .get, url: url, headers: [], body: nil, connectTimeout: .milliseconds(connect),
            totalTimeout: .milliseconds(total), maximumBodyBytes: 1)
    }

    @Test(arguments: [
        ("http://gpu-1:11434/api/tags", "gpu-1:11434"), ("https://box/v1", "box"), ("http://[::1]:8000/", "[::1]:8000"),
        ("http://box", "box"),
    ])
    func `its place is the host with its port`(url: String, place: String) {
        #expect(request(url).authority == place)
    }

    @Test(arguments: [
        (0, 2_000, 2_000), (500, 1_500, 1_500), (1_999, 1, 1),
    ])
    func `a second try has what the first has left of the time`(elapsed: Int, connect: Int, total: Int) throws {
        let rest = try #require(request("http://a/").rest(after: .milliseconds(elapsed)))
        #expect(rest.connectTimeout == .milliseconds(connect) && rest.totalTimeout == .milliseconds(total))
        #expect(rest.url == "http://a/")
    }

    @Test func `a connection has no more than the whole, nor more than it had`() {
        let rest = request("http://a/", connect: 300, total: 2_000).rest(after: .milliseconds(1_000))
        #expect(rest?.connectTimeout == .milliseconds(300) && rest?.totalTimeout == .milliseconds(1_000))
    }

    @Test(arguments: [2_000, 2_001, 60_000])
    func `there is no second try when nothing is left`(elapsed: Int) {
        #expect(request("http://a/").rest(after: .milliseconds(elapsed)) == nil)
    }
}
