/// The cost of one request, in its two parts.
public struct Cost: Hashable, Sendable {
    /// For the prompt, what was read from and written to a cache included.
    public let input: Money
    /// For the answer.
    public let output: Money

    /// Both.
    public var total: Money { input + output }

    /// - Parameters:
    ///   - input: for the prompt.
    ///   - output: for the answer.
    public init(input: Money, output: Money) {
        self.input = input
        self.output = output
    }
}
