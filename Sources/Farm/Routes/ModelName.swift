/// A model's name with all that a short form leaves out: `llama3` is `HOST/library/llama3:latest`.
struct ModelName: Equatable {
    let host: String
    let namespace: String
    let model: String
    let tag: String

    /// Where names without a host are at home.
    private static let home = "registry" + ".ollama.ai"

    /// Nil for what is no name.
    init?(_ text: String) {
        var rest = Substring(text)
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        var parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        let last = parts.removeLast().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        model = String(last[0])
        tag = last.count > 1 ? String(last[1]) : "latest"
        namespace = parts.popLast().map(String.init) ?? "library"
        host = parts.popLast().map(String.init) ?? Self.home
        guard parts.isEmpty, Self.isPart(host, extra: "-.:", limit: 350), Self.isPart(namespace, extra: "-"),
            Self.isPart(model, extra: "-."), Self.isPart(tag, extra: "-.")
        else { return nil }
    }

    /// Host and all.
    var full: String { "\(host)/\(namespace)/\(model):\(tag)" }

    /// The shortest form that still has the tag.
    var shortest: String {
        if host != Self.home { return full }
        return namespace == "library" ? "\(model):\(tag)" : "\(namespace)/\(model):\(tag)"
    }

    /// The form that equal names have in common, whatever their case.
    var key: String { full.lowercased() }

    private static func isPart(_ text: String, extra: String, limit: Int = 80) -> Bool {
        guard let first = text.unicodeScalars.first, text.unicodeScalars.count <= limit else { return false }
        func isWord(_ scalar: UnicodeScalar) -> Bool {
            scalar == "_" || (scalar.isASCII && scalar.properties.isAlphabetic) || ("0"..."9").contains(scalar)
        }
        return isWord(first) && text.unicodeScalars.allSatisfy { isWord($0) || extra.unicodeScalars.contains($0) }
    }
}
