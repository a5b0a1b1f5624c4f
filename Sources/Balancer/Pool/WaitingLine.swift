/// Those who wait for a model, in the order in which they came.
struct WaitingLine: RandomAccessCollection, Sendable {
    private var waiters: [Waiter] = []

    var startIndex: Int { 0 }
    var endIndex: Int { waiters.count }
    @inline(__always)
    var isEmpty: Bool { waiters.isEmpty }

    subscript(index: Int) -> Waiter { waiters[index] }

    /// Where somebody stands; nil: not here.
    func index(of number: UInt64) -> Int? { waiters.firstIndex { $0.number == number } }

    /// The place by urgency and turn of who stands somewhere, 1 for the next.
    func rank(of index: Int) -> Int {
        func key(_ waiter: Waiter) -> (Int, Double, UInt64) {
            (waiter.request.serviceClass.rawValue, waiter.turn, waiter.number)
        }
        let mine = key(waiters[index])
        return 1 + waiters.count { key($0) < mine }
    }

    /// Joins the end.
    mutating func join(_ waiter: Waiter) { waiters.append(waiter) }

    mutating func remove(at index: Int) -> Waiter { waiters.remove(at: index) }

    /// Takes all of them out at once, and gives them in their order.
    mutating func remove(_ numbers: Set<UInt64>) -> [Waiter] {
        let leaving = waiters.filter { numbers.contains($0.number) }
        waiters.removeAll { numbers.contains($0.number) }
        return leaving
    }

    /// A plan says when the first token of who stands somewhere comes.
    mutating func foresee(_ seconds: Double, at index: Int) { waiters[index].foreseen = seconds }

    /// A request that excludes deployments must also exclude those that are new, since nobody has asked about them.
    mutating func exclude(_ newcomers: some Collection<Int>) {
        for index in waiters.indices where !waiters[index].request.excluded.isEmpty {
            for added in newcomers { waiters[index].request.excluded.insert(DeploymentID(index: added)) }
        }
    }
}
