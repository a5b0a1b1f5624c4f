import Balancer

/// How far off a policy's predictions were: |predicted − actual| / actual, in time from the dispatch to the box.
struct PredictionErrors: Sendable {
    /// Of the first tokens, and of the ends given the answers' lengths, each with its request.
    private var firstTokens: [(request: Int32, error: Float)] = []
    private var completions: [(request: Int32, error: Float)] = []

    /// A first token came; `foreseen` in seconds, negative where nothing was foreseen.
    mutating func firstToken(_ request: Int, after time: Duration, foreseen: Double) {
        if let error = Self.error(time, foreseen) { firstTokens.append((Int32(request), error)) }
    }

    /// An answer ended; `foreseen` is for as many tokens as it had.
    mutating func completed(_ request: Int, after time: Duration, foreseen: Double) {
        if let error = Self.error(time, foreseen) { completions.append((Int32(request), error)) }
    }

    /// Takes in those of another gateway.
    mutating func add(_ others: PredictionErrors) {
        firstTokens += others.firstTokens
        completions += others.completions
    }

    /// The medians over the requests from `first` on; nil where nothing was foreseen.
    func medians(from first: Int) -> (firstToken: Double?, completion: Double?) {
        (Self.median(firstTokens, from: first), Self.median(completions, from: first))
    }

    private static func error(_ time: Duration, _ foreseen: Double) -> Float? {
        let actual = Double(time.nanoseconds) / 1e9
        guard foreseen >= 0, actual > 0 else { return nil }
        return Float(abs(foreseen - actual) / actual)
    }

    private static func median(_ errors: [(request: Int32, error: Float)], from first: Int) -> Double? {
        let counted = errors.filter { $0.request >= first }.map { Double($0.error) }.sorted()
        return counted.isEmpty ? nil : Spread(sorted: counted).p50
    }
}
