/// Model names as Ollama compares them.
public enum OllamaName {
    /// The form in which two names of one model are equal: without spaces at the ends, in lower case, without the
    /// default registry and namespace, with `:latest` where no tag is given (`Library/Llama3` is `llama3:latest`), and a place
    /// that has two names under the shorter one.
    ///
    /// Source: the name rules of Ollama's `types/model/name.go`; huggingface.co, "Use Ollama with any GGUF Model", which says
    /// that both of its names may stand for the host.
    public static func normalise(_ name: String) -> String {
        var text = Substring(name)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        guard !text.isEmpty else { return "" }
        var parts = withoutScheme(text).split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 3, let host = secondHosts[String(parts[0])] { parts[0] = Substring(host) }
        if parts.count == 3, parts[0] == defaultHost { parts.removeFirst() }
        if parts.count == 2, parts[0] == "library" { parts.removeFirst() }
        let hasTag = parts.last?.contains(":") ?? false
        return parts.joined(separator: "/") + (hasTag ? "" : latest)
    }

    /// The same name with `:latest` where it bears no tag and without it where it bears that one; nil with another tag.
    /// Unlike `normalise` it leaves the rest as it is: the gateway's own names are told apart by their letters' case.
    public static func otherSpelling(of name: String) -> String? {
        let start = name.lastIndex(of: "/").map(name.index(after:)) ?? name.startIndex
        guard let colon = name[start...].firstIndex(of: ":") else {
            return name[start...].isEmpty ? nil : name + latest
        }
        return name[colon...] == latest && colon > start ? String(name[..<colon]) : nil
    }

    /// Whether a name stands for a place that has another name too. A box keeps a model under the name by which it was pulled and
    /// knows it by that one alone, so that it has to be asked in its own spelling.
    public static func hasSecondHost(_ name: String) -> Bool {
        let parts = withoutScheme(name).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] != defaultHost else { return false }
        return secondHosts.contains { parts[0] == $0.key || parts[0] == $0.value }
    }

    /// Whether Ollama passes prompts for a model on to its makers' cloud, by how it names those: `glm-4.6:cloud`,
    /// `gpt-oss:120b-cloud`. Tags made from such a one bear any name; those are told apart by what the instance lists.
    public static func isCloud(_ name: String) -> Bool {
        let whole = normalise(name)
        guard let colon = whole.lastIndex(of: ":") else { return false }
        let version = whole[whole.index(after: colon)...]
        return version == "cloud" || version.hasSuffix("-cloud")
    }

    /// In small letters.
    private static func withoutScheme(_ name: some StringProtocol) -> Substring {
        let lower = Substring(name.lowercased())
        return lower.range(of: "://").map { lower[$0.upperBound...] } ?? lower
    }

    private static let latest = ":latest"

    /// The registry that names without a host mean.
    private static let defaultHost = ["registry", "ollama", "ai"].joined(separator: ".")

    /// Second names of the places that models come from, with the one that stands for both here.
    private static let secondHosts = [
        "huggingface.co": "hf.co", "www.huggingface.co": "hf.co", "ollama.com": defaultHost,
        "www.ollama.com": defaultHost,
    ]
}

extension Substring {
    /// Where `needle` first stands.
    fileprivate func range(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}
