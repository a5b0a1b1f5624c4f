/// Reads whose certificates are taken: `ssl_verify` and `ca_bundle`, of a deployment or of all.
struct TrustReader {
    let log: DiagnosticLog

    /// `nil` where the section says nothing.
    func read(_ section: SectionReader?) -> Configuration.Trust? {
        guard let section else { return nil }
        let bundle = section.file("ca_bundle")
        guard let (scalar, node) = section.scalar("ssl_verify", expects: "true, false or a file") else {
            return bundle.map { .bundle(path: $0.value) }
        }
        if scalar.boolean == false {
            log.warning(
                node.mark, section.path("ssl_verify"),
                "certificates are not looked at, so anybody on the way can read along and answer; "
                    + "name the authority's own in ca_bundle instead")
            overruled(bundle, by: "ssl_verify is false")
            return .unverified
        }
        if scalar.boolean == true { return bundle.map { .bundle(path: $0.value) } ?? .system }
        overruled(bundle, by: "ssl_verify names a file too")
        return section.file("ssl_verify").map { .bundle(path: $0.value) }
    }

    private func overruled(_ bundle: Located<String>?, by reason: String) {
        guard let bundle else { return }
        log.warning(bundle.mark, bundle.path, "\(reason) and wins")
    }
}
