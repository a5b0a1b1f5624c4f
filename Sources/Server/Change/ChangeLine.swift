/// Lets one change be made at a time, in the order in which they came.
public actor ChangeLine {
    private var last: Task<Void, Never>?

    /// Nothing is under way.
    public init() {}

    /// Performs it once all that came before is done.
    public func perform<Answer: Sendable>(_ body: @escaping @Sendable () async -> Answer) async -> Answer {
        let before = last
        let task = Task {
            await before?.value
            return await body()
        }
        last = Task { _ = await task.value }
        return await task.value
    }
}
