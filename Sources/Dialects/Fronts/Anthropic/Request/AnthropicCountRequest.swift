public import NIOCore

/// The question of `/v1/messages/count_tokens`: how many tokens a message to be has.
public struct AnthropicCountRequest: Sendable, Equatable {
    /// The name the client asks for.
    public let model: String
    /// About how many tokens its prompt has, as requests are measured everywhere here; at least 1.
    public let estimate: Int

    /// Reads a body, which is one of `/v1/messages` without a limit of the answer.
    ///
    /// - Throws: `RequestFault` naming the field.
    public init(_ body: ByteBuffer) throws(RequestFault) {
        (model, estimate) = try body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var scan = AnthropicScan(bytes)
            try scan.readBody()
            return (JSONString.decode(bytes[scan.fields[.model].unquoted]), scan.promptTokenEstimate)
        }
    }

    /// The answer with this many tokens.
    public static func answer(_ tokens: Int) -> ByteBuffer { ByteBuffer(string: "{\"input_tokens\":\(tokens)}") }

    /// The number in an answer of Anthropic's; nil where there is none.
    public static func count(in answer: [UInt8]) -> Int? {
        JSONText(String(decoding: answer, as: UTF8.self))?.member("input_tokens")
            .flatMap { text in text.bytes.withUnsafeBytes { JSONNumber.integer($0) } }
            .flatMap { $0 >= 0 ? $0 : nil }
    }
}
