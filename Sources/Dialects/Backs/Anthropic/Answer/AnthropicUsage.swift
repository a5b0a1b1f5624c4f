/// Anthropic's counts. A stream says them at its start and again, as sums so far, at its end; what the end leaves out
/// stays as it was.
struct AnthropicUsage {
    private var input = 0
    private var cacheRead = 0
    private var cacheWritten = 0
    private var output = 0
    private var thinking = 0

    /// Takes the counts of the `usage` object at `slice`; anything else is none.
    mutating func take(_ slice: JSONSlice, in bytes: UnsafeRawBufferPointer) {
        guard !slice.isAbsent, bytes[slice][0] == 0x7b else { return }
        bytes.forEachMember(of: slice) { name, value in
            let name = bytes[name]
            if name.equals("input_tokens") { Self.set(&input, bytes[value]) }
            if name.equals("cache_read_input_tokens") { Self.set(&cacheRead, bytes[value]) }
            if name.equals("cache_creation_input_tokens") { Self.set(&cacheWritten, bytes[value]) }
            if name.equals("output_tokens") { Self.set(&output, bytes[value]) }
            if name.equals("output_tokens_details"), let tokens = bytes.member("thinking_tokens", of: value) {
                Self.set(&thinking, bytes[tokens])
            }
        }
    }

    /// Anthropic counts what a cache read or wrote apart from the input, OpenAI within it.
    var usage: Usage {
        var usage = Usage(promptTokens: input + cacheRead + cacheWritten, completionTokens: output)
        usage.cachedTokens = cacheRead
        usage.cacheWriteTokens = cacheWritten
        usage.reasoningTokens = min(thinking, output)
        return usage
    }

    /// No count is so large that sums overflow; what is no whole number of zero or more leaves the count as it was.
    private static func set(_ count: inout Int, _ value: UnsafeRawBufferPointer) {
        if let number = JSONNumber.integer(value), number >= 0 { count = min(1 << 40, number) }
    }
}
