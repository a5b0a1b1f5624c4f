import Dialects
import Foundation
import NIOCore
import Testing

/// Which load-time options reach Ollama.
@Suite struct LoadTermsTests {
    private func options(
        _ more: String, _ load: LoadTerms, defaults: [String: JSONText] = [:], top: Bool = false
    ) throws -> [String: Int] {
        var out = ByteBuffer()
        let request = try Fixture.scan(Fixture.chat(more))
        try Provider.encode(
            request, with: Fixture.permit(Fixture.target(defaults: defaults)), load: load, unixSeconds: 0, into: &out)
        let text = String(buffer: out)
        let end = try #require(text.range(of: "\r\n\r\n"))
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(text[end.upperBound...].utf8)) as? [String: Any])
        let found = top ? object : object["options"] as? [String: Any] ?? [:]
        return found.compactMapValues { $0 as? Int }
    }

    private let client =
        #""num_ctx":2048,"num_batch":64,"top_k":5,"options":{"num_gpu":1,"main_gpu":1,"num_thread":4,"use_mmap":true,"seed":9}"#

    @Test func `as requested, everything goes`() throws {
        #expect(
            try options(client, .asRequested) == [
                "num_ctx": 2048, "num_batch": 64, "top_k": 5, "num_gpu": 1, "main_gpu": 1, "num_thread": 4,
                "use_mmap": 1, "seed": 9,
            ])
    }

    @Test func `held, the client's are left out and the context is what is told`() throws {
        #expect(try options(client, .held(context: nil)) == ["top_k": 5, "seed": 9])
        #expect(try options(client, .held(context: 4096)) == ["top_k": 5, "seed": 9, "num_ctx": 4096])
        #expect(try options("", .held(context: 4096)) == ["num_ctx": 4096])
        #expect(try options("", .held(context: nil)).isEmpty)
    }

    @Test func `the deployment's own are always sent, but for its context`() throws {
        let defaults: [String: JSONText] = [
            "num_ctx": .integer(8192), "num_batch": .integer(128), "num_thread": .integer(2), "top_k": .integer(7),
        ]
        #expect(
            try options(client, .held(context: nil), defaults: defaults) == [
                "num_batch": 128, "num_thread": 2, "top_k": 5, "seed": 9,
            ])
        #expect(
            try options("", .held(context: 16384), defaults: defaults) == [
                "num_ctx": 16384, "num_batch": 128, "num_thread": 2, "top_k": 7,
            ])
        #expect(try options("", .asRequested, defaults: defaults)["num_ctx"] == 8192)
    }

    @Test func `shift is one of them`() throws {
        let own: [String: JSONText] = ["shift": try #require(JSONText("false"))]
        #expect(try options(#""shift":true"#, .asRequested, top: true)["shift"] == 1)
        #expect(try options(#""shift":true"#, .held(context: nil), top: true)["shift"] == nil)
        #expect(try options(#""shift":true"#, .asRequested, defaults: own, top: true)["shift"] == 1)
        #expect(try options(#""shift":true"#, .held(context: nil), defaults: own, top: true)["shift"] == 0)
    }

    @Test func `a name written with escapes is the same name`() throws {
        #expect(try options(#""num\u005fctx":2048,"options":{"num\u005fbatch":1}"#, .held(context: nil)).isEmpty)
        #expect(try Fixture.scan(Fixture.chat(#""num\u005fctx":2048"#)).context == 2048)
    }

    @Test func `the request's context is its field, else its option`() throws {
        #expect(try Fixture.scan(Fixture.chat()).context == nil)
        #expect(try Fixture.scan(Fixture.chat(#""num_ctx":2048,"options":{"num_ctx":4096}"#)).context == 2048)
        #expect(try Fixture.scan(Fixture.chat(#""options":{"top_k":1,"num_ctx":4096.0}"#)).context == 4096)
        #expect(try Fixture.scan(Fixture.chat(#""num_ctx":0"#)).context == nil)
        #expect(try Fixture.scan(Fixture.chat(#""num_ctx":-1"#)).context == nil)
    }

    @Test(arguments: [#""8192""#, "true", "[1]", "1e99"])
    func `a context that is no number of tokens is refused before a box sees it`(value: String) {
        #expect(Fixture.fault(Fixture.chat(#""num_ctx":"# + value))?.param == "num_ctx")
        #expect(Fixture.fault(Fixture.chat(#""options":{"num_ctx":"# + value + "}"))?.param == "options.num_ctx")
    }
}
