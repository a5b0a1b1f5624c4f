import Testing

@testable import Dialects

/// Bytes beside texts.
@Suite struct JSONSliceTests {
    private static let texts: [StaticString] = [
        "", "n", "id", "raw", "role", "model", "prompt", "content", "thinking", "embedding", "tool_calls",
        "done_reason",
        "tool_call_id", "eval_duration", "total_duration", "response_format", "frequency_penalty",
        "prompt_eval_duration",
        "chat_template_kwargs_and_more",
    ]

    @Test func `bytes equal a text where each of them does, and there are no others`() {
        for text in Self.texts {
            let bytes = Array("\(text)".utf8)
            #expect(bytes.withUnsafeBytes { $0.equals(text) })
            for index in bytes.indices {
                var other = bytes
                other[index] ^= 0x20
                #expect(!other.withUnsafeBytes { $0.equals(text) }, "\(text), byte \(index)")
            }
            #expect(!(bytes + [0x20]).withUnsafeBytes { $0.equals(text) })
            if !bytes.isEmpty { #expect(!bytes.dropLast().withUnsafeBytes { $0.equals(text) }) }
        }
        #expect(UnsafeRawBufferPointer(start: nil, count: 0).equals(""))
    }
}
