import Dialects

/// Which instances stand inside: by their addresses, unless `drover.local` says otherwise.
struct Locality {
    /// One line of `drover.local`.
    struct Override {
        /// As written: a name of an instance, or its base URL.
        var key: String
        /// The address that it stands for, where that is known; else it is compared with instances' own names.
        var base: BaseURL?
        var isLocal: Located<Bool>

        /// Whether it is about the instance at this URL.
        func means(_ url: BaseURL) -> Bool {
            // An Ollama's instance is named without the ends that its base URL may be written with.
            if let base { return base == url || base.without(anyOf: ProviderProfile.ollama.foreignEnds)?.url == url }
            let short = url.authority + url.path
            return key == short || key == "\(url.scheme.rawValue)://\(short)"
        }
    }

    var overrides: [Override] = []

    /// Whether what is sent to this URL stays inside; not without a URL, and not where two lines disagree.
    func isLocal(_ base: BaseURL?) -> Bool {
        guard let base else { return false }
        let said = overrides.filter { $0.means(base) }
        return said.isEmpty ? base.isInside : said.allSatisfy(\.isLocal.value)
    }
}
