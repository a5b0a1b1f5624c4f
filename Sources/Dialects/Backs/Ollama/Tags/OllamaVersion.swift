/// A release of Ollama, in the order in which they came: `0.9.6` before `0.12.0-rc1` before `0.12.0`.
public struct OllamaVersion: Sendable, Comparable {
    /// As it was written.
    public let text: String
    private let numbers: [Int]
    private let candidate: Substring?

    /// Nil for what is no release; that includes `0.0.0`, as builds of one's own call themselves.
    public init?(_ text: String) {
        self.text = text
        let core = text.prefix { $0 != "-" && $0 != "+" }
        let numbers = core.drop { $0 == "v" }.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        let known = numbers.compactMap(\.self)
        guard known.count == numbers.count, known.allSatisfy({ $0 >= 0 }), known.contains(where: { $0 > 0 }) else {
            return nil
        }
        self.numbers = known
        let rest = text[core.endIndex...]
        candidate = rest.first == "-" ? rest.dropFirst() : nil
    }

    /// Whether `one` came before `other`.
    public static func < (one: OllamaVersion, other: OllamaVersion) -> Bool {
        for index in 0..<max(one.numbers.count, other.numbers.count) {
            let (left, right) = (one.number(index), other.number(index))
            if left != right { return left < right }
        }
        switch (one.candidate, other.candidate) {
        case (let left?, let right?): return left < right
        case (_?, nil): return true
        case (nil, _): return false
        }
    }

    private func number(_ index: Int) -> Int { index < numbers.count ? numbers[index] : 0 }
}
