/// The requests and the retries of the last ten seconds, second by second.
///
/// By time and not by what is in flight: where boxes fail fast next to nothing is in flight, and each request would be sent as often
/// as it may be retried.
struct RecentRetries: Equatable, Sendable {
    /// So many seconds are looked back on, as in Finagle's and Linkerd's budgets.
    static let span = 10

    private var requests = [Double](repeating: 0, count: span)
    private var retries = [Int](repeating: 0, count: span)
    /// Of the latest look.
    private var at = Moment.zero
    private var counted = 0

    /// Time goes on. The requests since the latest look are taken to have come evenly.
    ///
    /// - Parameter total: all requests so far.
    mutating func advance(to now: Moment, requests total: Int) {
        let new = Double(total - counted)
        counted = total
        guard now > at else {
            requests[Self.place(second(of: at))] += new
            return
        }
        let (first, last) = (second(of: at), second(of: now))
        for passed in max(first + 1, last - Int64(Self.span) + 1)..<max(first + 1, last + 1) {
            requests[Self.place(passed)] = 0
            retries[Self.place(passed)] = 0
        }
        let length = (now - at).inSeconds
        for each in max(first, last - Int64(Self.span) + 1)...last {
            let begin = max(Double(each), at.seconds)
            let end = min(Double(each + 1), now.seconds)
            requests[Self.place(each)] += new * max(0, end - begin) / length
        }
        at = now
    }

    /// One more retry.
    mutating func add() { retries[Self.place(second(of: at))] += 1 }

    /// The latest one was none.
    mutating func takeBack() {
        let place = Self.place(second(of: at))
        retries[place] = max(0, retries[place] - 1)
    }

    /// Whether one more stays within the budget: its share of the requests of all these seconds, or its few in this one.
    func mayAdd(within budget: RetryBudget) -> Bool {
        if retries[Self.place(second(of: at))] < budget.minimum { return true }
        let spent = retries.reduce(0, +)
        return Double(spent + 1) * 100 <= requests.reduce(0, +) * Double(budget.percent)
    }

    private func second(of moment: Moment) -> Int64 { moment.nanoseconds / 1_000_000_000 }

    private static func place(_ second: Int64) -> Int { Int(second % Int64(span)) }
}
