import Dialects
import NIOCore
import Testing

/// LiteLLM's fields about fallbacks and tags, as clients send them.
@Suite struct RoutingWishesTests {
    private static func scan(_ more: String) throws(RequestFault) -> ClientRequest {
        try ClientRequest.scan(
            ByteBuffer(string: #"{"model":"m","messages":[{"role":"user","content":"hi"}]\#(more)}"#),
            front: .openAIChat)
    }

    private static let rows: [(more: String, fallbacks: [String]?, isDisabled: Bool, tags: [String])] = [
        ("", nil, false, []),
        (#","fallbacks":["a","b"]"#, ["a", "b"], false, []),
        (#","fallbacks":[]"#, [], false, []), (#","fallbacks":"a""#, ["a"], false, []),
        (#","fallbacks":null,"disable_fallbacks":null,"tags":null"#, nil, false, []),
        (#","fallbacks":[{"model":"a","temperature":1},"b"]"#, ["a", "b"], false, []),
        (#","fallbacks":["gr\u00fcn"]"#, ["grün"], false, []),
        (#","disable_fallbacks":true"#, nil, true, []),
        (#","disable_fallbacks":false"#, nil, false, []),
        (#","tags":["x"],"metadata":{"tags":["y"],"user":1}"#, nil, false, ["x", "y"]),
        (#","metadata":{"tags":"y"}"#, nil, false, []),
        (#","metadata":"none""#, nil, false, []),
    ]

    @Test(arguments: rows.indices)
    func `what a request says of fallbacks and tags is read`(row: Int) throws {
        let (more, fallbacks, isDisabled, tags) = Self.rows[row]
        let wishes = try Self.scan(more).wishes
        #expect(wishes.fallbacks == fallbacks)
        #expect(wishes.disablesFallbacks == isDisabled)
        #expect(wishes.tags == tags)
    }

    @Test(arguments: [
        #""fallbacks":1"#, #""fallbacks":[1]"#, #""fallbacks":[{"m":["a"]}]"#, #""fallbacks":[{"model":1}]"#,
        #""fallbacks":{"m":["a"]}"#, #""disable_fallbacks":"true""#, #""disable_fallbacks":1"#, #""tags":"x""#,
        #""tags":[1]"#,
    ])
    func `what could be misread is refused, and its field named`(field: String) throws {
        let name = try #require(field.split(separator: "\"").first)
        let fault = #expect(throws: RequestFault.self) { try Self.scan("," + field) }
        #expect(fault?.param?.hasPrefix(name) == true)
    }

    @Test func `of a long list only the first names are kept`() throws {
        let names = (0..<100).map { "\"m\($0)\"" }.joined(separator: ",")
        #expect(try Self.scan(#","fallbacks":[\#(names)]"#).wishes.fallbacks?.count == 32)
    }
}
