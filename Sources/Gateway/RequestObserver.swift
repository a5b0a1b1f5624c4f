/// Told of every finished request, on the event loop that served it: metrics and log today.
///
/// Each loop has observers of its own, so none of them needs a lock. The loop keeps the concrete type, so a call costs
/// no existential.
public protocol RequestObserver {
    /// Takes note of one request. Must not block: the loop's other requests wait meanwhile.
    mutating func finished(_ record: RequestRecord)
}
