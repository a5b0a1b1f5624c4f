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
        ("/v1/messages", .anthropicMessages), ("/v1//messages/count_tokens?beta=true", .anthropicMessages),
        ("/anthropic/v1/x", .anthropicMessages), ("/v1/message", .openAIChat),
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

    @Test func `Anthropic's error has its own types and the call's id, and is the last event of a stream`() {
        var error = Self.error
        error.callID = "id-1"
        let whole =
            #"{"type":"error","error":{"type":"api_error","message":"a \"b\" \\ \n\u0001é"},"request_id":"id-1"}"#
        #expect(written { Front.anthropicMessages.write(error, into: &$0) } == whole)
        #expect(
            written { Front.anthropicMessages.writeInStream(error, into: &$0) } == "event: error\ndata: \(whole)\n\n")
        error.callID = nil
        #expect(written { Front.anthropicMessages.write(error, into: &$0) }.hasSuffix(#","request_id":null}"#))
    }

    @Test(arguments: [
        ("invalid_request_error", "invalid_request", 400, "invalid_request_error", 400),
        ("authentication_error", "invalid_api_key", 401, "authentication_error", 401),
        ("invalid_request_error", "model_not_allowed", 403, "permission_error", 403),
        ("invalid_request_error", "model_not_found", 404, "not_found_error", 404),
        ("invalid_request_error", "request_too_large", 413, "request_too_large", 413),
        ("rate_limit_error", "rate_limit_exceeded", 429, "rate_limit_error", 429),
        ("rate_limit_error", "queue_full", 429, "overloaded_error", 529),
        ("api_error", "no_instance_available", 503, "overloaded_error", 529),
        ("api_error", "upstream_failed", 502, "api_error", 502),
        ("api_error", "upstream_timeout", 504, "timeout_error", 504),
        ("budget_exceeded", "422", 422, "billing_error", 422),
    ])
    func `an error has the type and the status by which Anthropic's clients know it`(
        type: String, code: String, usual: Int, expected: String, status: Int
    ) {
        let error = ClientError(message: "m", type: type, param: nil, code: code)
        #expect(written { Front.anthropicMessages.write(error, into: &$0) }.contains(#"{"type":"\#(expected)","#))
        #expect(Front.anthropicMessages.status(of: error, usually: usual) == status)
        #expect(Front.openAIChat.status(of: error, usually: usual) == usual)
    }

    @Test func `Ollama's error is a sentence, and the last line of a stream`() {
        let whole = #"{"error":"a \"b\" \\ \n\u0001é"}"#
        #expect(written { Front.ollamaChat.write(Self.error, into: &$0) } == whole)
        #expect(written { Front.ollamaChat.writeInStream(Self.error, into: &$0) } == whole + "\n")
    }
}
