/// Why a profile of AWS's files gives no keys. Holds nothing of the files but the profile's name.
public struct AWSProfileFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The obstacle.
    public enum Reason: Sendable, Equatable {
        /// No section of either file bears the name.
        case missing
        /// One of the pair of keys is there, this setting is not.
        case lacks(String)
        /// Its keys are lent by AWS STS for a role (`role_arn`, `web_identity_token_file`).
        case assumesRole
        /// Its keys come from a login in a browser (`sso_…`, `login_session`).
        case singleSignOn
        /// Its keys come from a program (`credential_process`).
        case runsProcess
    }

    /// The profile's name.
    public let profile: String
    /// The obstacle.
    public let reason: Reason

    /// One clause, and what to do instead.
    public var description: String {
        let export =
            "the gateway asks AWS for no keys: export them (`aws configure export-credentials --profile \(profile)`) "
            + "and set aws_access_key_id, aws_secret_access_key and aws_session_token"
        return switch reason {
        case .missing: "AWS profile \"\(profile)\" is in neither the credentials nor the config file"
        case .lacks(let setting): "AWS profile \"\(profile)\" has no \(setting)"
        case .assumesRole: "AWS profile \"\(profile)\" assumes a role, and \(export)"
        case .singleSignOn: "AWS profile \"\(profile)\" signs in by a browser, and \(export)"
        case .runsProcess: "AWS profile \"\(profile)\" gets its keys from a program, and \(export)"
        }
    }
}
