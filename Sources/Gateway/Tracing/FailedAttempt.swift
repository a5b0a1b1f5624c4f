/// An attempt that failed, or was left for another one that answered first, for those who draw a request's course.
public struct FailedAttempt: Sendable, Equatable {
    /// Its place among all attempts of the request, from 1 on.
    public var number: Int
    /// As in ``RequestRecord/deployment``.
    public var deployment: Int
    /// From the request's last byte until this attempt was sent.
    public var sentNanoseconds: Int64
    /// From then to its end.
    public var durationNanoseconds: Int64
    /// False where it was only left.
    public var isFault: Bool
    /// What a client would have been told of it, as a position in ``GatewayError/codes``; -1 where it was only left.
    public var error: Int

    /// A failed attempt with its times.
    public init(
        number: Int, deployment: Int, sentNanoseconds: Int64, durationNanoseconds: Int64, isFault: Bool = true,
        error: Int = -1
    ) {
        self.number = number
        self.deployment = deployment
        self.sentNanoseconds = sentNanoseconds
        self.durationNanoseconds = durationNanoseconds
        self.isFault = isFault
        self.error = error
    }
}
