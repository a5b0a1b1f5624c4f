/// The headers by which clients say for whom they ask: `user_header_name` and `user_header_mappings` of `general_settings`.
struct SenderHeaderReader {
    let log: DiagnosticLog

    private enum Role: String, CaseIterable {
        case customer
        case user = "internal_user"
    }

    /// Reads them into the settings.
    func read(_ general: SectionReader, into settings: inout Configuration.GeneralSettings) {
        for (role, header) in mappings(general) {
            switch role {
            case .customer: settings.customerHeaders.append(header)
            case .user: settings.userHeaders.append(header)
            }
        }
        guard let name = general.text("user_header_name"), let header = header(name) else { return }
        if settings.customerHeaders.isEmpty {
            settings.customerHeaders = [header]
        } else {
            log.warning(name.mark, name.path, "user_header_mappings names a header of customers too and wins")
        }
    }

    /// A list of mappings, or one alone.
    private func mappings(_ general: SectionReader) -> [(Role, String)] {
        let table = KnownSection("user_header_mappings", acted: ["header_name", "litellm_user_role"])
        return general.sections("user_header_mappings", table: table).compactMap { section in
            for key in ["header_name", "litellm_user_role"] where section.entry(key) == nil {
                log.fault(section.mark, section.path, "has no \(key)")
            }
            let role: Located<Role>? = section.choice("litellm_user_role", what: "role")
            guard let role, let header = section.text("header_name").flatMap(header) else { return nil }
            return (role.value, header)
        }
    }

    /// A name in lower case; nil, with a fault, for one that nobody can send, or that says something else.
    private func header(_ name: Located<String>) -> String? {
        func fault(_ message: String) -> String? {
            log.fault(name.mark, name.path, message)
            return nil
        }
        let header = name.value.lowercased()
        guard
            header.utf8.allSatisfy({
                Self.marks.contains($0) || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0)
            })
        else { return fault("\"\(name.value)\" is no name of a header") }
        if Self.taken.contains(header) { return fault("\(header) says something else already; name another header") }
        // They are taken for misspelt headers of the gateway's own, and refused.
        let letters = header.filter(\.isLetter)
        for word in ["drover", "localonly"] where letters.contains(word) {
            return fault("clients' headers with \(word) in their names are refused; name another one")
        }
        return header
    }

    /// What a name may have beside letters and digits (RFC 9110, 5.6.2).
    private static let marks = Set("!#$%&'*+-.^_`|~".utf8)
    private static let taken: Set<String> = [
        "authorization", "api-key", "x-api-key", "x-litellm-api-key", "ocp-apim-subscription-key", "cookie", "host",
        "connection", "content-length", "content-type", "content-encoding", "transfer-encoding", "expect", "upgrade",
        "trailer", "te", "origin", "traceparent",
    ]
}
