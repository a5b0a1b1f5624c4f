/// Reads `usage` as OpenAI writes it, and as those write it who speak like OpenAI.
enum OpenAIUsage {
    /// - Parameter slice: an object.
    static func read(_ bytes: UnsafeRawBufferPointer, _ slice: JSONSlice) -> Usage {
        var usage = Usage()
        var total = 0
        bytes.forEachMember(of: slice) { name, value in
            let label = bytes[name]
            if label.equals("prompt_tokens") || label.equals("input_tokens") {
                usage.promptTokens = count(bytes[value])
            } else if label.equals("completion_tokens") || label.equals("output_tokens") {
                usage.completionTokens = count(bytes[value])
            } else if label.equals("total_tokens") {
                total = count(bytes[value])
            } else if label.equals("prompt_tokens_details") || label.equals("input_tokens_details") {
                readPrompt(bytes, value, into: &usage)
            } else if label.equals("completion_tokens_details") || label.equals("output_tokens_details") {
                guard let reasoning = bytes.member("reasoning_tokens", of: value) else { return }
                usage.reasoningTokens = count(bytes[reasoning])
            } else if label.equals("prompt_cache_hit_tokens") {
                // DeepSeek's.
                usage.cachedTokens = max(usage.cachedTokens, count(bytes[value]))
            }
        }
        // xAI counts reasoning beside the answer, all others as a part of it.
        let apart = usage.promptTokens &+ usage.completionTokens &+ usage.reasoningTokens
        if usage.reasoningTokens > 0, total == apart { usage.completionTokens &+= usage.reasoningTokens }
        return usage
    }

    private static func readPrompt(_ bytes: UnsafeRawBufferPointer, _ slice: JSONSlice, into usage: inout Usage) {
        guard bytes[slice][0] == 0x7b else { return }
        bytes.forEachMember(of: slice) { name, value in
            let label = bytes[name]
            if label.equals("cached_tokens") {
                usage.cachedTokens = max(usage.cachedTokens, count(bytes[value]))
            } else if label.equals("cache_write_tokens") || label.equals("cache_creation_tokens") {
                usage.cacheWriteTokens = count(bytes[value])
            }
        }
    }

    /// Any other value is no count.
    private static func count(_ text: UnsafeRawBufferPointer) -> Int {
        guard let number = JSONNumber.double(text), number > 0, number < 1e15 else { return 0 }
        return Int(number)
    }
}
