import FoundationEssentials
import Testing

@testable import Farm

@Suite(.timeLimit(.minutes(1))) struct EmbeddingRouteTests {
    @Test func `vectors depend on the text alone and have length 1`() async throws {
        try await withBox { _, client in
            let two = try await client.ask("POST", "/api/embed", #"{"model":"nomic-embed-text","input":["a","b"]}"#)
            #expect(
                two.json.names == ["model", "embeddings", "total_duration", "load_duration", "prompt_eval_count"])
            let vectors = try #require(two.json["embeddings"]?.array)
            #expect(vectors.count == 2 && vectors[0] != vectors[1])
            let numbers = try #require(vectors[0].array).compactMap(\.double)
            #expect(numbers.count == 768)
            #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
            let one = try await client.ask("POST", "/api/embed", #"{"model":"nomic-embed-text","input":"a"}"#)
            #expect(one.json["embeddings"]?[0] == vectors[0])
            let short = try await client.ask(
                "POST", "/api/embed", #"{"model":"nomic-embed-text","input":"a","dimensions":8}"#)
            #expect(short.json["embeddings"]?[0]?.array?.count == 8)
            // None, and fewer than none, is as if it were not said.
            for length in [0, -1] {
                let all = try await client.ask(
                    "POST", "/api/embed", #"{"model":"nomic-embed-text","input":"a","dimensions":\#(length)}"#)
                #expect(all.json["embeddings"]?[0] == one.json["embeddings"]?[0])
            }
        }
    }

    @Test func `no input loads the model and answers nothing`() async throws {
        try await withBox { farm, client in
            let answer = try await client.ask("POST", "/api/embed", #"{"model":"nomic-embed-text"}"#)
            #expect(answer.head.status == 200)
            #expect(answer.json["embeddings"] == .array([]))
            #expect(await farm.stats(box: 0).loads == 1)
        }
    }

    @Test func `the old route, not of length 1`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask(
                "POST", "/api/embeddings", #"{"model":"nomic-embed-text","prompt":"a"}"#)
            #expect(answer.json.names == ["embedding"])
            let numbers = try #require(answer.json["embedding"]?.array).compactMap(\.double)
            #expect(numbers.reduce(0) { $0 + $1 * $1 } > 2)
            let none = try await client.ask("POST", "/api/embeddings", #"{"model":"nomic-embed-text","prompt":""}"#)
            #expect(none.body == #"{"embedding":[]}"#)
        }
    }

    @Test func `the compatible route, in floats and in base64`() async throws {
        try await withBox { _, client in
            let ask = #"{"model":"nomic-embed-text","dimensions":5,"input":["a","b"]"#
            let floats = try await client.ask("POST", "/v1/embeddings", ask + "}")
            #expect(floats.json.names == ["object", "data", "model", "usage"])
            #expect(floats.json["data"]?[1]?.names == ["object", "embedding", "index"])
            let base64 = try await client.ask("POST", "/v1/embeddings", ask + #","encoding_format":"base64"}"#)
            for index in 0..<2 {
                let text = try #require(base64.json["data"]?[index]?["embedding"]?.string)
                let bytes = try #require(Data(base64Encoded: text))
                let decoded = stride(from: 0, to: bytes.count, by: 4).map { start in
                    Float(bitPattern: bytes[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
                }
                let plain = try #require(floats.json["data"]?[index]?["embedding"]?.array).compactMap(\.double)
                #expect(decoded.count == 5)
                #expect(zip(decoded, plain).allSatisfy { abs(Double($0) - $1) < 1e-6 })
            }
        }
    }

    @Test(arguments: [
        ("/api/embed", #"{"model":"","input":"a"}"#, 404, "model '' not found"),
        ("/api/embed", #"{"model":"x","input":"a"}"#, 404, #"model "x" not found, try pulling it first"#),
        ("/api/embed", #"{"model":"nomic-embed-text","input":7}"#, 400, "invalid input type"),
        ("/api/embed", #"{"model":"nomic-embed-text","input":[7]}"#, 400, "invalid input type"),
        ("/api/embeddings", #"{"prompt":"a"}"#, 400, "model is required"),
        ("/api/embeddings", "", 400, "missing request body"),
    ])
    func `refuses in a real box's words`(path: String, body: String, status: Int, message: String) async throws {
        try await withBox { _, client in
            let answer = try await client.ask("POST", path, body)
            #expect(answer.head.status == status)
            #expect(answer.error == message)
        }
    }

    @Test func `what is too long is cut, or refused where asked`() async throws {
        try await withBox { _, client in
            let long = String(repeating: "word ", count: 4_096)
            let cut = try await client.ask("POST", "/api/embed", #"{"model":"nomic-embed-text","input":"\#(long)"}"#)
            #expect(cut.json["prompt_eval_count"]?.int == 4_096)
            let refused = try await client.ask(
                "POST", "/api/embed", #"{"model":"nomic-embed-text","truncate":false,"input":"\#(long)"}"#)
            #expect(refused.head.status == 400)
            #expect(refused.error == "the input length exceeds the context length")
        }
    }
}
