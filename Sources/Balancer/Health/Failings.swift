/// A deployment's latest failures among its answers, to tell one that does a part of its work from one that does nothing.
///
/// Only a failure changes it: the others are counted by what the deployment counts anyway.
struct Failings: Equatable, Sendable {
    /// So many are kept.
    private static let most = 16
    /// One that is so many answers old counts no more.
    private static let span = 64

    /// The deployment's answers at each, the latest last.
    private var answers: [Int] = []

    /// One more.
    ///
    /// - Parameter answers: the deployment's answers so far, with this one.
    mutating func record(answers count: Int) {
        if answers.count == Self.most { answers.removeFirst() }
        answers.append(count)
    }

    /// Whether good answers came between the failures, again and again, and a quarter at least were good.
    func isPart(answers count: Int) -> Bool {
        let recent = answers.drop { count - $0 >= Self.span }
        guard let first = recent.first, recent.count >= 5 else { return false }
        let gaps = zip(recent, recent.dropFirst()).count { $1 - $0 > 1 }
        let span = count - first + 1
        return gaps >= 2 && (span - recent.count) * 4 >= span
    }
}

extension Failure {
    /// It costs whoever tries next to nothing: then good probes are enough for a trial. An instance that hangs may answer probes
    /// all the while, and each trial is a client's wait.
    var isQuick: Bool {
        switch self {
        case .connectionLost, .incomplete: true
        case .serverError(let status): status != 408 && status != 504
        case .refused, .timedOut, .saturated, .missingTag: false
        }
    }
}
