import Dialects

/// Reads what AWS's requests are signed with, and where they go.
struct AWSKeyReader {
    let variables: Variables
    let log: DiagnosticLog

    /// The region: `aws_region_name`, else what the model's name says, else the environment's.
    func region(_ params: SectionReader, _ reference: ModelReference, _ model: Located<String>) -> String? {
        let written = params.text("aws_region_name")
        guard reference.profile?.baseInRegion != nil else { return nil }
        if let written {
            guard !AWSRegion.isOne(written.value) else { return written.value }
            log.fault(written.mark, written.path, "is not a region such as eu-central-1")
            return nil
        }
        if let region = reference.region { return region }
        guard let set = variables.first(of: ["AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"]) else { return nil }
        guard !AWSRegion.isOne(set.value) else { return set.value }
        log.fault(model.mark, params.path("aws_region_name"), "\(set.name) is not a region such as eu-central-1")
        return nil
    }

    /// The keys: a profile that is written, else keys that are, else the environment's keys, else its profile, else the
    /// profile `default`.
    func read(_ params: SectionReader, into account: inout Configuration.Account, for reference: ModelReference) {
        let access = params.secret("aws_access_key_id")
        let secret = params.secret("aws_secret_access_key")
        let token = params.secret("aws_session_token")
        let profile = params.text("aws_profile_name")
        let isWritten = isPair(params)
        guard reference.profile?.baseInRegion != nil else { return }
        if let profile {
            account.awsProfile = profile.value
            if isWritten, let access {
                log.warning(access.mark, access.path, "\(profile.path) is set too and wins")
            }
        } else if isWritten {
            (account.awsAccessKey, account.awsSecretKey) = (access?.value, secret?.value)
            account.awsSessionToken = token?.value
        } else if account.apiKey == nil, params.entry("aws_profile_name") == nil {
            readVariables(into: &account)
        }
    }

    private func readVariables(into account: inout Configuration.Account) {
        func secret(_ name: String) -> Secret? { variables.first(of: [name]).map { Secret($0.value) } }
        if let access = secret("AWS_ACCESS_KEY_ID"), let key = secret("AWS_SECRET_ACCESS_KEY") {
            (account.awsAccessKey, account.awsSecretKey) = (access, key)
            account.awsSessionToken = secret("AWS_SESSION_TOKEN")
        } else {
            account.awsProfile = variables.first(of: ["AWS_PROFILE"])?.value ?? "default"
        }
    }

    /// Whether keys are written. One without the other signs nothing.
    private func isPair(_ params: SectionReader) -> Bool {
        let names = ["aws_access_key_id", "aws_secret_access_key"]
        let found = names.map { params.entry($0) }
        for (entry, other) in [(found[0], names[1]), (found[1], names[0])] {
            guard let entry, params.entry(other) == nil else { continue }
            log.fault(entry.keyMark, params.path(entry.key), "needs \(other) beside it")
            return false
        }
        return found[0] != nil
    }
}
