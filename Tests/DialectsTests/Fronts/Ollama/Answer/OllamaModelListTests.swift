import Dialects
import NIOCore
import Testing

@Suite struct OllamaModelListTests {
    private func body(_ write: (inout ByteBuffer) -> Void) -> ByteBuffer {
        var out = ByteBuffer()
        write(&out)
        return out
    }

    @Test func `what is written is what is read from a box`() {
        let details = #"{"family":"llama","quantization_level":"Q4_K_M"}"#
        let rows = [
            OllamaModelList.Row(
                name: "a \"name\":7b", modifiedAt: "2026-08-01T09:12:33+02:00", size: 4_920_753_328,
                digest: String(repeating: "f", count: 64), details: details),
            OllamaModelList.Row(name: "cloud:latest", modifiedAt: "", size: 0, digest: "", details: ""),
        ]
        let tags = OllamaTags.tags(body { OllamaModelList.write(rows, into: &$0) })
        #expect(
            tags?.first
                == OllamaTag(
                    name: "a \"name\":7b", digest: String(repeating: "f", count: 64), size: 4_920_753_328,
                    isRemote: false, modifiedAt: "2026-08-01T09:12:33+02:00", details: details))
        #expect(tags?.map(\.name) == ["a \"name\":7b", "cloud:latest"])
        #expect(tags?.last?.digest == String(repeating: "0", count: 64))
        #expect(tags?.last?.modifiedAt == "2023-02-28T18:56:42Z")
        #expect(tags?.last?.details.contains("\"families\":null") == true)
        #expect(body { OllamaModelList.write([], into: &$0) } == ByteBuffer(string: #"{"models":[]}"#))
    }

    @Test(arguments: [
        (["0.12.0", "0.9.6", "main"], "0.9.6"), (["0.33.0"], "0.33.0"), ([], OllamaModelList.version),
        (["0.0.0"], OllamaModelList.version),
    ])
    func `the version is the lowest of the boxes'`(versions: [String], lowest: String) {
        let written = body { OllamaModelList.write(versions: versions, into: &$0) }
        #expect(OllamaTags.version(written) == lowest)
    }
}
