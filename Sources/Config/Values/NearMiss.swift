/// Finds what somebody probably meant.
enum NearMiss {
    /// The candidate closest to the text, if it is close enough to be a slip of the pen; of equals the first.
    static func of(_ text: String, among candidates: some Sequence<String>) -> String? {
        let wanted = folded(text)
        let limit = max(1, min(3, wanted.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate != text {
            let other = folded(candidate)
            guard abs(other.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, other)
            if distance <= limit, distance < (best?.distance ?? .max) { best = (candidate, distance) }
        }
        return best?.name
    }

    /// `; did you mean "…"?`, or nothing.
    static func hint(_ text: String, among candidates: some Sequence<String>) -> String {
        of(text, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// Upper and lower case, dashes and underscores are not what tells names apart.
    private static func folded(_ text: String) -> [Character] {
        text.lowercased().map { $0 == "-" ? "_" : $0 }
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
