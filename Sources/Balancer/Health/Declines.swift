/// How many of a deployment's latest answers said that the request is at fault (4xx).
///
/// Only such an answer changes it: the others are counted by what the deployment counts anyway.
struct Declines: Equatable, Sendable {
    /// So many answers are looked back on, and after so many without one all is forgotten.
    private static let span = 64

    private var count = 0
    /// The deployment's answers before those that are looked back on, and at the latest such answer.
    private var from = 0
    private var latest = 0
    /// The latest one's status.
    private(set) var status = 0

    /// One more.
    ///
    /// - Parameter answers: the deployment's answers so far, with this one.
    mutating func record(_ status: Int, answers: Int) {
        self = current(answers: answers)
        self.status = status
        latest = answers
        count += 1
        let span = answers - from
        guard span > Self.span else { return }
        from = answers - span / 2
        count = (count + 1) / 2
    }

    /// Those among the latest answers, and how many those are.
    func share(answers: Int) -> Share {
        let current = current(answers: answers)
        return Share(declined: current.count, of: max(current.count, min(answers - current.from, 2 * Self.span)))
    }

    private func current(answers: Int) -> Declines {
        guard answers - latest > Self.span else { return self }
        var fresh = Declines()
        fresh.from = answers - Self.span
        return fresh
    }

    /// Some of several answers.
    struct Share: Equatable, Sendable {
        var declined: Int
        var of: Int

        static let none = Share(declined: 0, of: 0)

        static func + (left: Share, right: Share) -> Share {
            Share(declined: left.declined + right.declined, of: left.of + right.of)
        }

        /// Whether a deployment with this share stands out against all its peers together: three at least, a tenth at
        /// least, and more than three times as often as they.
        func standsOut(against peers: Share) -> Bool {
            declined >= 3 && peers.of >= 3 && declined * 10 >= of && declined * peers.of > 3 * peers.declined * of
        }

        /// More than half.
        var isMost: Bool { declined * 2 > of }
    }
}
