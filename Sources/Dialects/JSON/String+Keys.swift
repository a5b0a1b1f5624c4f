extension String {
    /// The text with `sk-...` and the last four letters for each key that stands in it: clients put keys where names belong, and
    /// names are shown, logged and kept.
    public var hidingKeys: String {
        var text = self
        guard text.withUTF8({ KeyInText.isPart(of: UnsafeRawBufferPointer($0)) }) else { return self }
        var shown = ""
        for (index, run) in runs.enumerated() {
            // Letters and what stands between them take turns.
            guard index % 2 == 0, let start = KeyInText.start(in: run) else {
                shown += run
                continue
            }
            shown += "\(run[..<start])\(KeyInText.beginning)...\(run.suffix(4))"
        }
        return shown
    }

    /// Letters that a key may have, what does not belong to one, and so on.
    private var runs: [Substring] {
        var runs: [Substring] = []
        var rest = self[...]
        var isLetters = true
        while !rest.isEmpty {
            let run = rest.prefix { character in KeyInText.isLetter(character.asciiValue ?? 0) == isLetters }
            runs.append(run)
            rest = rest[run.endIndex...]
            isLetters.toggle()
        }
        return runs
    }
}

/// How a virtual key, or one of a provider that looks alike, is told from a name.
public enum KeyInText {
    static let beginning = "sk-"
    /// The fewest letters of what is taken for a key, as of keys that users choose.
    static let least = 16

    /// Whether a text has a key in it. Looks at nothing of a short one.
    public static func isPart(of text: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= least else { return false }
        for first in 0...(text.count - least)
        where text[first] == UInt8(ascii: "s") && text[first + 1] == UInt8(ascii: "k")
            && text[first + 2] == UInt8(ascii: "-")
        {
            if text[first..<(first + least)].allSatisfy(isLetter) { return true }
        }
        return false
    }

    static func start(in run: Substring) -> Substring.Index? {
        guard let start = run.firstRange(of: beginning)?.lowerBound, run[start...].utf8.count >= least else {
            return nil
        }
        return start
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
