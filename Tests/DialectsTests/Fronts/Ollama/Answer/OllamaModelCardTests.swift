import NIOCore
import Testing

@testable import Dialects

/// Answers about models that Drover writes itself: `/api/show`, `/api/ps`, and the mark in `/api/tags`.
@Suite struct OllamaModelCardTests {
    private static func written(_ write: (inout ByteBuffer) -> Void) -> String {
        var out = ByteBuffer()
        write(&out)
        return String(buffer: out)
    }

    @Test func `a model in a cloud is told as far as it is known`() {
        #expect(
            Self.written {
                OllamaModelCard(provider: "anthropic", contextLength: 200_000, makesEmbeddingsOnly: false).write(
                    into: &$0)
            }
                == #"{"modelfile":"","parameters":"","template":"","details":{"parent_model":"","format":"","family":"","families":null,"parameter_size":"","quantization_level":""},"model_info":{"general.architecture":"anthropic","anthropic.context_length":200000},"capabilities":["completion","tools"],"modified_at":"2023-02-28T18:56:42Z"}"#
        )
        let embedder = Self.written {
            OllamaModelCard(provider: "openai", contextLength: nil, makesEmbeddingsOnly: true).write(into: &$0)
        }
        #expect(embedder.contains(#""model_info":{"general.architecture":"openai"},"capabilities":["embedding"]"#))
    }

    @Test func `a loaded model's row is Ollama's, with the box behind it`() {
        let row = OllamaLoadedList.Row(
            name: "a \"b\"", instance: "gpu-1", size: 7, sizeVRAM: 5, contextLength: 4096,
            expiresAt: "2026-08-01T09:12:33+02:00", digest: String(repeating: "f", count: 64), details: "{}")
        let digest = String(repeating: "f", count: 64)
        let whole =
            #"{"name":"a \"b\"","model":"a \"b\"","size":7,"digest":"\#(digest)","details":{},"expires_at":"2026-08-01T09:12:33+02:00","size_vram":5,"context_length":4096,"instance":"gpu-1"}"#
        #expect(Self.written { OllamaLoadedList.write([row, row], into: &$0) } == #"{"models":[\#(whole),\#(whole)]}"#)
        #expect(Self.written { OllamaLoadedList.write([], into: &$0) } == #"{"models":[]}"#)
        let read = OllamaTags.loaded(ByteBuffer(string: #"{"models":[\#(whole)]}"#))
        #expect(read?.first?.contextLength == 4096 && read?.first?.size == 7 && read?.first?.sizeVRAM == 5)
    }

    @Test func `boxes that differ are named with their digests`() {
        let row = OllamaModelList.Row(
            name: "x", modifiedAt: "", size: 0, digest: "", details: "{}", digests: [("b", "2"), ("a", "1")])
        #expect(
            Self.written { OllamaModelList.write([row], into: &$0) }.hasSuffix(
                #""details":{},"digests":{"b":"2","a":"1"}}]}"#))
    }

    @Test(arguments: [
        (#"{"model":"m"}"#, "m", false), (#"{"name":"m","verbose":true}"#, "m", true),
        (#"{"Model":"m","name":"n","verbose":null}"#, "m", false), (#"{"model":"","NAME":"n"}"#, "n", false),
    ])
    func `a model is asked about by either name`(_ body: String, _ model: String, _ isVerbose: Bool) throws {
        let asked = try OllamaShowRequest(ByteBuffer(string: body))
        #expect(asked.model == model && asked.isVerbose == isVerbose)
        #expect(
            String(decoding: asked.body(asking: "t:\"1\""), as: UTF8.self)
                == #"{"model":"t:\"1\"","verbose":\#(isVerbose)}"#)
    }

    @Test(arguments: [
        ("", "missing request body"), ("{}", "model is required"), (#"{"model":null}"#, "model is required"),
        ("[]", "json: cannot unmarshal array into Go value of type api.ShowRequest"),
        (#"{"model":7}"#, "json: cannot unmarshal number into Go struct field ShowRequest.model of type string"),
    ])
    func `another question is refused in a box's words`(_ body: String, _ message: String) {
        #expect(throws: RequestFault.self) { try OllamaShowRequest(ByteBuffer(string: body)) }
        do { _ = try OllamaShowRequest(ByteBuffer(string: body)) } catch { #expect(error.message == message) }
    }
}
