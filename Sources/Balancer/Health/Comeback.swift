/// The slow start of a deployment that has come back: one request, and one more with each that succeeds, so that a box that fails again,
/// or has to load its model first, does not have a full share of requests. While all that may go there do, that is twice as many each
/// time.
///
/// The first success also says that the model is in memory there.
struct Comeback: Equatable, Sendable {
    /// Over when so many go there at once.
    private static let enough: UInt8 = 16
    /// Over after so long, however few requests there were.
    private static let longest = Duration.seconds(60)

    /// It is passed over while it has so many requests and others may be picked; `UInt8.max`: it does not come back.
    private(set) var allowed = UInt8.max
    private(set) var end = Moment.never

    var isOn: Bool { allowed != .max }

    /// It is back.
    ///
    /// - Parameter isProven: a request has succeeded there.
    mutating func begin(isProven: Bool, at now: Moment) {
        allowed = isProven ? 2 : 1
        end = now + Self.longest
    }

    /// A request has succeeded there.
    mutating func advance() {
        guard isOn else { return }
        allowed = allowed + 1 >= Self.enough ? .max : allowed + 1
        if !isOn { end = .never }
    }

    /// Its time may be over.
    mutating func lapse(at now: Moment) {
        if now >= end { self = Comeback() }
    }
}
