/// How often instances are asked, and how long an answer may take.
public struct ProbeSettings: Equatable, Sendable {
    /// From one probe of an instance to the next, while nothing changes.
    public var interval: Duration
    /// Of one request of a probe.
    public var timeout: Duration
    /// Failed probes in a row that take an instance out: so many come faster after the first failure.
    public var fall: Int
    /// Good probes in a row that bring it back: so many come faster after the first success.
    public var rise: Int

    /// Settings with these values.
    public init(interval: Duration, timeout: Duration, fall: Int, rise: Int) {
        self.interval = interval
        self.timeout = timeout
        self.fall = fall
        self.rise = rise
    }
}
