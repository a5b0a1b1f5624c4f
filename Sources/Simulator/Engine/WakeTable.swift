/// When each of many things wakes by itself, kept so that the earliest is found at once.
///
/// A tournament in one array: changing one moment goes up one path. Of equal moments the first place is the earliest.
struct WakeTable: Sendable {
    static let never = Int64.max

    private var moments: [Int64]
    /// The winner of each match; the children of node n are 2 n and 2 n + 1, the leaves begin at `leaves`.
    private var winners: [Int32]
    private let leaves: Int

    init(count: Int) {
        var leaves = 1
        while leaves < count { leaves *= 2 }
        self.leaves = leaves
        moments = Array(repeating: Self.never, count: leaves)
        winners = Array(repeating: 0, count: leaves)
        for node in stride(from: leaves - 1, to: 0, by: -1) {
            winners[node] = node * 2 >= leaves ? Int32(node * 2 - leaves) : winners[node * 2]
        }
    }

    /// The earliest moment; `never` when nothing wakes.
    var time: Int64 { moments[first] }

    /// Whose it is.
    var first: Int { leaves == 1 ? 0 : Int(winners[1]) }

    /// The moment of one place.
    subscript(place: Int) -> Int64 {
        get { moments[place] }
        set {
            guard moments[place] != newValue else { return }
            moments[place] = newValue
            var node = (leaves + place) / 2
            while node > 0 {
                let (left, right) = (contender(node * 2), contender(node * 2 + 1))
                winners[node] = moments[Int(right)] < moments[Int(left)] ? right : left
                node /= 2
            }
        }
    }

    private func contender(_ node: Int) -> Int32 {
        node >= leaves ? Int32(node - leaves) : winners[node]
    }
}
