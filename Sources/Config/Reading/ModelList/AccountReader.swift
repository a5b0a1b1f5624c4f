import Dialects

/// Reads who calls: keys from the file, else from the environment.
struct AccountReader {
    /// The result.
    struct Found {
        var account: Configuration.Account
        /// The variable that has to be set before it can serve.
        var missing: String?
    }

    let variables: Variables
    let locality: Locality
    let log: DiagnosticLog

    /// The account of one deployment at its place; `region` is what ``region(_:_:_:)`` found.
    func read(
        _ params: SectionReader, _ reference: ModelReference, _ place: PlaceReader.Place, region: String?
    ) -> Found {
        var account = Configuration.Account()
        account.apiKey = params.secret("api_key")
        account.organization = params.text("organization")?.value
        account.apiVersion = version(params)
        account.adToken = params.secret("azure_ad_token")
        account.headers = HeaderReader(log: log).read(params)
        let aws = AWSKeyReader(variables: variables, log: log)
        aws.read(params, into: &account, for: reference)
        account.region = region
        guard let profile = reference.profile else { return Found(account: account) }
        let isKeyWritten = params.entry("api_key") != nil || params.entry("azure_ad_token") != nil
        let takesVariables = takesVariables(profile, reference, place)
        if !isKeyWritten, takesVariables, let key = variables.first(of: profile.keyVariables) {
            account.apiKey = Located(Secret(key.value), path: params.path("api_key"))
        }
        if takesVariables, account.organization == nil {
            account.organization = variables.first(of: profile.organizationVariables)?.value
        }
        if !isKeyWritten, let token = variables.first(of: profile.tokenVariables) {
            account.adToken = Located(Secret(token.value), path: params.path("azure_ad_token"))
        }
        account.apiVersion =
            account.apiVersion ?? variables.first(of: profile.versionVariables)?.value ?? profile.defaultVersion
        if profile.baseInRegion != nil, region == nil { return Found(account: account, missing: "AWS_REGION") }
        let lacksKey = !isKeyWritten && account.apiKey == nil && account.adToken == nil
        // Where the place itself is wrong or waits for a variable, that is what there is to say.
        let hasPlace = place.base != nil || !place.isWritten
        let isNeeded = profile.needsKey && takesVariables && lacksKey && hasPlace
        return Found(account: account, missing: isNeeded ? profile.keyVariables.first : nil)
    }

    /// Whether the environment's key is for this upstream. A cloud's key is nothing for a box of the house that speaks
    /// like the cloud, nor for the strangers that `openai_like/` stands for: those are sent what their `api_key` says.
    private func takesVariables(
        _ profile: ProviderProfile, _ reference: ModelReference, _ place: PlaceReader.Place
    ) -> Bool {
        guard reference.spelling != "openai_like" else { return false }
        guard place.isWritten, let own = profile.base, let base = place.base?.value else { return true }
        let isClouds = (try? BaseURL(own)).map { !$0.isInside } ?? true
        // By the address: a line of `drover.local` that keeps prompts away from a box sends it no key either.
        return !(isClouds && (base.isInside || locality.isLocal(base)))
    }

    /// It becomes part of a URL or a header.
    private func version(_ params: SectionReader) -> String? {
        guard let written = params.text("api_version") else { return nil }
        guard written.value.utf8.allSatisfy(Self.isVersionByte) else {
            let example = Providers.all.lazy.compactMap(\.defaultVersion).first ?? ""
            log.fault(written.mark, written.path, "is not a version such as \(example)")
            return nil
        }
        return written.value
    }

    private static func isVersionByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
