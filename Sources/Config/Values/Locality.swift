import Dialects

/// Which instances stand inside: by their addresses, unless `drover.local` says otherwise.
struct Locality {
    /// One line of `drover.local`.
    struct Override {
        /// As written: a name of an instance, or its base URL.
        var key: String
        /// The address that it stands for; nil where it names nothing that is there.
        var base: BaseURL?
        var isLocal: Located<Bool>

        /// Whether it is about the instance at this URL. Without a path it is about every one on that host and port: what
        /// must not go there must not go there by another path either.
        func means(_ url: BaseURL) -> Bool {
            guard let base, base.host == url.host, base.port == url.port else { return false }
            // An Ollama's instance is named without the ends that its base URL may be written with.
            let plain = base.without(anyOf: ProviderProfile.ollama.foreignEnds)?.url
            return base.path.isEmpty || base.path == url.path || plain == url
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
