/// Where a provider answers each kind of request.
struct OpenAIAddresses {
    /// Whether the model is named by the address, not by the body; not so on `/responses`.
    let nameModel: Bool
    private let base: String
    private let query: String
    /// Path and query of `/responses`.
    private let responses: String

    /// The version LiteLLM asks Azure for where none is written.
    private static let azureVersion = "2025-02-01-preview"
    /// From this one on Azure counts a stream's tokens when it is asked to.
    private static let azureCounts = "2024-09-01"

    /// The paths of the routes, `/chat/completions` first, as users may have written one behind the base URL.
    private static let routes = ["/chat/completions", "/completions", "/embeddings", "/responses"]

    init(_ place: UpstreamPlace, account: UpstreamAccount, quirks: OpenAIQuirks) {
        var base = place.pathPrefix
        for route in Self.routes where base.hasSuffix(route) {
            base.removeLast(route.utf8.count)
            break
        }
        switch quirks.addresses {
        case .plain:
            self.base = Self.versioned(base, place)
            nameModel = false
            query = ""
            responses = self.base + "/responses"
        case .azure:
            let version = account.apiVersion.map(UpstreamAccount.visible) ?? Self.azureVersion
            if base.hasSuffix("/openai/v1") || ["v1", "preview", "latest"].contains(version) {
                self.base = Self.without(["/openai/v1", "/openai"], base) + "/openai/v1"
                nameModel = false
                query = ""
                responses = self.base + "/responses"
            } else {
                if base.contains("/openai/deployments/") {
                    self.base = base
                } else {
                    let model = Self.encoded(quirks.model(place.tag))
                    self.base = Self.without(["/openai"], base) + "/openai/deployments/" + model
                }
                nameModel = true
                query = "?api-version=" + Self.encoded(version)
                // It is no deployment's route, and younger than the version that is asked for where none is written.
                let root = base.firstRange(of: "/openai/deployments/").map { String(base[..<$0.lowerBound]) }
                let host = root ?? Self.without(["/openai"], base)
                responses =
                    host + (account.apiVersion == nil ? "/openai/v1/responses" : "/openai/responses" + query)
            }
        }
    }

    /// The path of a route, query included.
    func path(_ route: OpenAIRoute) -> String {
        switch route {
        case .chat: base + "/chat/completions" + query
        case .completions: base + "/completions" + query
        case .embeddings: base + "/embeddings" + query
        case .responses: responses
        }
    }

    /// Whether this version of Azure's API knows `stream_options`.
    static func azureCounts(_ account: UpstreamAccount) -> Bool {
        guard let version = account.apiVersion, version.first?.isNumber == true else { return true }
        return version >= azureCounts
    }

    /// The API stands below a version; who writes a host alone means the place where the provider has it.
    private static func versioned(_ base: String, _ place: UpstreamPlace) -> String {
        if base.isEmpty {
            let usual = place.provider.base.flatMap { base in
                base.firstRange(of: "://").map { base[$0.upperBound...] }
            }
            if let usual, let slash = usual.firstIndex(of: "/"), place.hostHeader.hasPrefix(usual[..<slash]) {
                return String(usual[slash...])
            }
            return "/v1"
        }
        // Mistral's base is written with and without it.
        return place.provider.name == "mistral" && !base.hasSuffix("/v1") ? base + "/v1" : base
    }

    private static func without(_ ends: [String], _ base: String) -> String {
        for end in ends where base.hasSuffix(end) { return String(base.dropLast(end.count)) }
        return base
    }

    /// Percent-encoded, except the characters that RFC 3986 leaves alone in a path.
    private static func encoded(_ text: String) -> String {
        var path = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: path.unicodeScalars.append(.init(byte))
            default:
                path += "%"
                let digits = String(byte, radix: 16, uppercase: true)
                path += digits.count == 1 ? "0" + digits : digits
            }
        }
        return path
    }
}
