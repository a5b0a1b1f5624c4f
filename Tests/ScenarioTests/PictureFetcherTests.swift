import Curl
import Dialects
import Gateway
import NIOCore
import Testing

@testable import CLI

/// Pictures from a web server on this machine.
@Suite(.timeLimit(.minutes(1))) struct PictureFetcherTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    private static func serve() async throws -> ScriptedCloud {
        try await ScriptedCloud.start(tls: false) { request in
            let path = request.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            return switch path {
            case "/small": .reply(200, "text/html", png + [1])
            case "/other": .reply(200, "image/png", png + [2])
            case "/large": .reply(200, "image/png", png + [UInt8](repeating: 0, count: 5000))
            case "/page": .reply(200, "image/png", Array("<html>".utf8))
            case "/hang": .hang
            default: .json("{}", status: 404)
            }
        }
    }

    @Test func `the others are given up with one that cannot be had`() async throws {
        let server = try await Self.serve()
        let curl = CurlMulti(maximumIdleConnections: 1)
        var fetcher = PictureFetcher(curl: curl)
        fetcher.mayReach = { _ in true }
        fetcher.limits.total = .seconds(30)
        let base = "http://127.0.0.1:\(server.port)"
        let result = await withCheckedContinuation { continuation in
            _ = fetcher.fetch(["\(base)/hang", "\(base)/none"]) { continuation.resume(returning: $0) }
        }
        guard case .failure = result else { return _ = Issue.record("one is not there") }
        await eventually("the other connection is closed") { server.counts.closed >= 1 }
        curl.stop()
        await server.stop()
    }

    private func fetch(_ paths: [String], from server: ScriptedCloud) async -> Result<[FetchedPicture], PictureFault> {
        let curl = CurlMulti(maximumIdleConnections: 1)
        var fetcher = PictureFetcher(curl: curl)
        fetcher.mayReach = { _ in true }
        fetcher.limits.bytes = 1000
        fetcher.limits.total = .milliseconds(500)
        let result = await withCheckedContinuation { continuation in
            _ = fetcher.fetch(paths.map { "http://127.0.0.1:\(server.port)\($0)" }) {
                continuation.resume(returning: $0)
            }
        }
        curl.stop()
        return result
    }

    @Test func `pictures come in the order of their addresses, by what they are and not by what they are called`()
        async throws
    {
        let server = try await Self.serve()
        let pictures = try await fetch(["/other", "/small", "/other"], from: server).get()
        #expect(pictures.map(\.count) == [9, 9, 9])
        await server.stop()
    }

    @Test(
        arguments: [
            ("/large", "it is larger than 0 MB"), ("/page", "it is no PNG, JPEG, GIF or WebP"),
            ("/none", "its server answered 404"), ("/hang", "its server took too long"),
        ])
    func `one that cannot be had says which and why`(path: String, reason: String) async throws {
        let server = try await Self.serve()
        guard case .failure(let fault) = await fetch(["/small", path], from: server) else {
            return _ = Issue.record("there is none")
        }
        #expect(fault == PictureFault(1, reason))
        await server.stop()
    }
}
