import NIOCore
import Testing

@testable import Dialects

@Suite struct FrontTests {
    private static func at(_ path: String) -> Front? {
        var path = path
        return path.withUTF8 { Front.at(path: UnsafeRawBufferPointer($0)) }
    }

    @Test(arguments: Front.allCases) func `every path of a front leads to it and to no other`(_ front: Front) {
        for path in front.paths.map({ "\($0)" }) {
            #expect(Self.at(path) == front)
            #expect(Self.at(path + "/") == nil)
            #expect(Self.at(String(path.dropLast())) == nil)
            #expect(Self.at(path.uppercased()) == nil)
            #expect(Self.at("/" + path.dropFirst(2)) == nil)
        }
    }

    @Test func `no two fronts share a path`() {
        let paths = Front.allCases.flatMap { $0.paths.map { "\($0)" } }
        #expect(Set(paths).count == paths.count)
    }

    @Test func `an empty path and a foreign one lead nowhere`() {
        for path in ["", "/", "/v1/models", "/v2/chat/completions", "/chat/completionz"] {
            #expect(Self.at(path) == nil, "\(path)")
        }
    }

    @Test(arguments: [
        ("/api/chat", Front.ollamaChat), ("/api/show", .ollamaChat), ("//api//tags", .ollamaChat),
        ("/api?x=/v1", .ollamaChat), ("api/tags", .ollamaChat), ("/v1/models", .openAIChat), ("/", .openAIChat),
        ("", .openAIChat), ("/apix/chat", .openAIChat), ("/pool", .openAIChat), ("/embeddings/x", .openAIEmbeddings),
    ])
    func `an error has the shape of the front whose paths begin alike`(path: String, front: Front) {
        #expect(Front.near(path: path) == front)
    }

    @Test func `a stream's content type is that of the dialect`() {
        #expect("\(Front.openAIChat.contentType(isStream: true))" == "text/event-stream; charset=utf-8")
        #expect("\(Front.openAIResponses.contentType(isStream: false))" == "application/json")
        #expect("\(Front.ollamaChat.contentType(isStream: true))" == "application/x-ndjson")
        #expect("\(Front.ollamaChat.contentType(isStream: false))" == "application/json; charset=utf-8")
    }

    private static let error = ClientError(
        message: "a \"b\" \\ \n\u{1}é", type: "api_error", param: nil, code: "upstream_failed")
    private static let openAI =
        #"{"error":{"message":"a \"b\" \\ \n\u0001é","type":"api_error","param":null,"code":"upstream_failed"}}"#

    private func written(_ write: (inout ByteBuffer) -> Void) -> String {
        var out = ByteBuffer()
        write(&out)
        return String(buffer: out)
    }

    @Test func `OpenAI's error has four members, and is the last event of a stream`() {
        #expect(written { Front.openAIChat.write(Self.error, into: &$0) } == Self.openAI)
        #expect(
            written { Front.openAIChat.writeInStream(Self.error, into: &$0) } == "data: \(Self.openAI)\n\n")
        let error = ClientError(message: "m", type: "t", param: "messages[0]", code: "c")
        #expect(
            written { Front.openAIEmbeddings.write(error, into: &$0) }
                == #"{"error":{"message":"m","type":"t","param":"messages[0]","code":"c"}}"#)
    }

    @Test func `Ollama's error is a sentence, and the last line of a stream`() {
        let whole = #"{"error":"a \"b\" \\ \n\u0001é"}"#
        #expect(written { Front.ollamaChat.write(Self.error, into: &$0) } == whole)
        #expect(written { Front.ollamaChat.writeInStream(Self.error, into: &$0) } == whole + "\n")
    }
}
