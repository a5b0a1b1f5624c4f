import Dialects
import Gateway
import NIOCore
import Testing

@testable import Server

/// Bodies of requests that change the boxes' libraries.
@Suite struct LibraryRequestTests {
    private static func read(_ text: String) throws(GatewayError) -> LibraryRequest {
        try LibraryRequest(ByteBuffer(string: text), type: "PullRequest")
    }

    private static func fault(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return (error as? GatewayError)?.forClient.message }
    }

    @Test func `the older name counts where the newer is not there, and names match without regard to case`() throws {
        #expect(try Self.read(#"{"name":"a"}"#).model() == "a")
        #expect(try Self.read(#"{"name":"a","Model":"b"}"#).model() == "b")
        #expect(try Self.read(#"{"model":null}"#).model() == "")
        #expect(try Self.read(#"{"stream":false}"#).flag("stream", default: true) == false)
        #expect(try Self.read("{}").flag("stream", default: true))
        #expect(try Self.read(#"{"boxes":["a","b","a"]}"#).boxes() == ["a", "b"])
        #expect(try Self.read(#"{"boxes":"a"}"#).boxes() == ["a"])
        #expect(try Self.read("{}").boxes() == nil)
    }

    @Test func `faults are in Ollama's words`() {
        #expect(Self.fault { _ = try Self.read(" ") } == "missing request body")
        #expect(
            Self.fault { _ = try Self.read("[]") }
                == "json: cannot unmarshal array into Go value of type api.PullRequest")
        #expect(
            Self.fault { _ = try Self.read(#"{"model":7}"#).model() }
                == "json: cannot unmarshal number into Go struct field PullRequest.model of type string")
        #expect(
            Self.fault { _ = try Self.read(#"{"stream":"no"}"#).flag("stream", default: true) }
                == "json: cannot unmarshal string into Go struct field PullRequest.stream of type bool")
        #expect(Self.fault { _ = try Self.read(#"{"boxes":[]}"#).boxes() }?.hasPrefix("`boxes` is empty") == true)
    }

    @Test(arguments: [
        "llama3", "llama3.1:8b", "user/x:7b", "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M", "http://h:1/n/m:t",
        "_x",
    ])
    func `a name is one`(name: String) { #expect(OllamaName.isValid(name)) }

    @Test(arguments: ["", "a b", "a/b/c/d", ":x", "x:", "-x", "/x", "n.s/x", "x:y:z", "ä", "x\n"])
    func `what is no name is none`(name: String) { #expect(!OllamaName.isValid(name)) }
}
