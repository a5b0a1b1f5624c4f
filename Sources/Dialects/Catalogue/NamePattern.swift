/// A model's name with stars in it, each of which stands for any run of letters, also for none: `ollama/*`, `claude-*`, `*`.
///
/// As LiteLLM has them, with one difference: a name fits as a whole, where LiteLLM looks at its beginning alone, so that
/// `*-mini` there also serves `gpt-4o-mini-audio`. Source: `litellm/router_utils/pattern_match_deployments.py`.
public struct NamePattern: Sendable, Hashable {
    /// As written.
    public let text: String
    /// The letters between the stars; one more than there are stars.
    private let pieces: [[UInt8]]

    /// Nil for a name without a star.
    public init?(_ text: String) {
        guard Self.isOne(text) else { return nil }
        self.text = text
        pieces = text.utf8.split(separator: Self.star, omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether a name has a star in it.
    public static func isOne(_ name: String) -> Bool {
        // In memory, where a short text would be walked through letter by letter.
        var name = name
        return name.withUTF8 { $0.contains(star) }
    }

    /// How many it has.
    public static func stars(in name: String) -> Int { name.utf8.count { $0 == star } }

    /// The runs that the stars stand for in a name; nil where it does not fit. The first star takes all that it can, then the
    /// second, as with LiteLLM.
    public func match(_ name: String) -> [String]? {
        let name = Array(name.utf8)
        let (first, last) = (pieces[0], pieces[pieces.count - 1])
        guard name.count >= first.count + last.count, name.starts(with: first),
            name[(name.count - last.count)...] == last[...]
        else { return nil }
        // From the end: where the pieces behind it stand as far back as they can, a star has all that it can have.
        var runs: [String] = []
        var end = name.count - last.count
        for piece in pieces[1..<(pieces.count - 1)].reversed() {
            guard let place = Self.last(piece, in: name[first.count..<end]) else { return nil }
            runs.append(String(decoding: name[(place + piece.count)..<end], as: UTF8.self))
            end = place
        }
        runs.append(String(decoding: name[first.count..<end], as: UTF8.self))
        return runs.reversed()
    }

    /// Whether a name fits.
    public func matches(_ name: String) -> Bool { match(name) != nil }

    /// Where a piece stands last.
    private static func last(_ piece: [UInt8], in name: ArraySlice<UInt8>) -> Int? {
        guard piece.count <= name.count else { return nil }
        return (name.startIndex...(name.endIndex - piece.count)).last { name[$0..<($0 + piece.count)] == piece[...] }
    }

    /// Whether of two patterns that a name fits this one serves it, wherever they stand. Of two that say nothing here the one that
    /// stands first in the file does.
    public func precedes(_ other: NamePattern) -> Bool {
        let (own, others) = (weight, other.weight)
        return own.length == others.length ? own.marks > others.marks : own.length > others.length
    }

    /// LiteLLM's measure: how long the regular expression is that it makes of the pattern, and how many of its letters mean
    /// something there. A star is `(.*)` in it, and a letter that means something has a backslash before it.
    private var weight: (length: Int, marks: Int) {
        text.unicodeScalars.reduce(into: (length: 0, marks: 0)) { sum, letter in
            if letter == "*" {
                sum.length += 4
                sum.marks += 3
            } else if Self.escaped.contains(letter) {
                sum.length += 2
                sum.marks += Self.counted.contains(letter) ? 2 : 1
            } else {
                sum.length += 1
            }
        }
    }

    /// Those that Python's `re.escape` puts a backslash before, and those of them that LiteLLM counts.
    private static let escaped = Set("()[]{}?+-|^$\\.&~# \t\n\r\u{B}\u{C}".unicodeScalars)
    private static let counted = Set("+?\\^$|()".unicodeScalars)

    /// The name that a template stands for where a name has fitted a pattern: each star of it is one run, in their order. One without
    /// stars is itself, and one with fewer stars than there are runs is the name that has fitted, as with LiteLLM.
    ///
    /// - Parameters:
    ///   - runs: what ``match(_:)`` gave.
    ///   - name: the name that has fitted.
    public static func fill(_ template: String, with runs: [String], of name: String) -> String {
        let pieces = template.split(separator: "*", omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return template }
        guard runs.count < pieces.count else { return name }
        var filled = String(pieces[0])
        for (index, piece) in pieces.dropFirst().enumerated() {
            // A star that nothing fills stays one.
            filled += index < runs.count ? runs[index] : "*"
            filled += piece
        }
        return filled
    }

    private static let star = UInt8(ascii: "*")
}
