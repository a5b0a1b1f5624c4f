public import Dialects
public import Gateway

/// The way to fetch pictures that stand on the web.
public struct PictureFetch: Sendable {
    /// Called once, on any thread, with the pictures in the order of their addresses, or why one could not be had.
    public typealias Completion = @Sendable (Result<[FetchedPicture], PictureFault>) -> Void

    /// Ends what is still fetched, when nobody waits for it any more: the completion is not called then.
    public typealias GiveUp = @Sendable () -> Void

    let fetch: @Sendable (_ addresses: [String], _ completion: @escaping Completion) -> GiveUp

    /// - Parameter fetch: fetches all of them, within bounds of size and time.
    public init(_ fetch: @escaping @Sendable (_ addresses: [String], _ completion: @escaping Completion) -> GiveUp) {
        self.fetch = fetch
    }
}
