/// A fault of a price map.
public struct PriceMapFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of fault.
    public enum Reason: Hashable, Sendable {
        /// The text is not JSON; the byte, counted from 0.
        case notJSON(offset: Int)
        /// It is JSON, and no object where one must be.
        case notAnObject
        /// `litellm_provider` is missing or no text, and the entry's name has no `provider/` before it.
        case noProvider
        /// The field is no amount of dollars: a number that is not below zero.
        case noAmount(field: String)
        /// The field is no number of tokens.
        case noCount(field: String)
    }

    /// The entry's name; nil where the fault is not inside one.
    public let entry: String?
    /// The fault.
    public let reason: Reason

    /// One sentence without its full stop: `"gpt-4o": input_cost_per_token is no amount of dollars; write it like 2.5e-06`.
    public var description: String {
        (entry.map { "\"\($0)\": " } ?? "") + clause
    }

    private var clause: String {
        switch reason {
        case .notJSON(let offset): "not JSON (byte \(offset))"
        case .notAnObject: "not a JSON object"
        case .noProvider: "litellm_provider is missing; write for example \"litellm_provider\": \"openai\""
        case .noAmount(let field): "\(field) is no amount of dollars; write it like 2.5e-06"
        case .noCount(let field): "\(field) is no number of tokens; write it like 128000"
        }
    }
}
