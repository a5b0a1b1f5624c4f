/// The meaning of a `finishReason`.
enum GeminiFinish: Equatable {
    /// The answer is whole, and ended so.
    case answer(FinishReason)
    /// There is no answer.
    case fault(UpstreamFault.Kind)

    /// From a raw JSON value; nil for one that says nothing.
    ///
    /// The words are those of Google's `Candidate.FinishReason`; what they mean to a client is as in LiteLLM. So a call
    /// that the model wrote badly is `stop` with what else it wrote: it is no fault of the API's, and a retry of it would
    /// be paid for.
    init?(_ value: UnsafeRawBufferPointer) {
        guard value.first == 0x22 else { return nil }
        let word = UnsafeRawBufferPointer(rebasing: value.dropFirst().dropLast())
        if word.isEmpty || word.equals("FINISH_REASON_UNSPECIFIED") { return nil }
        if word.equals("MAX_TOKENS") || word.equals("CONTINUATION") {
            self = .answer(.length)
        } else if Self.filtered.contains(where: { word.equals($0) }) {
            self = .answer(.contentFilter)
        } else if word.equals("MISSING_THOUGHT_SIGNATURE") {
            self = .fault(.client)
        } else if word.equals("PUP_LIMITED_DISABLED") {
            // Google has limited the account for what it was used for.
            self = .fault(.unauthorised)
        } else {
            self = .answer(.stop)
        }
    }

    private static let filtered: [StaticString] = [
        "SAFETY", "RECITATION", "LANGUAGE", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER", "NO_IMAGE", "ESCALATION", "MODEL_ARMOR",
    ]
}
