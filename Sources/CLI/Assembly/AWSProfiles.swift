import Dialects
import FoundationEssentials
import Signing

/// AWS's two files, read once and only if a deployment asks for a profile.
struct AWSProfiles {
    private let environment: [String: String]

    init(environment: [String: String]) { self.environment = environment }

    /// A profile as the files have it.
    func profile(_ name: String) throws(AWSProfileFault) -> AWSProfileFile {
        try AWSProfileFile(
            profile: name, credentials: text("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            config: text("AWS_CONFIG_FILE", "config"), hash: CryptoHash.self)
    }

    /// The text of a file, at the place its variable names, else below `~/.aws`; empty where there is none.
    private func text(_ variable: String, _ file: String) -> String {
        let home = environment["HOME"].map { "\($0)/.aws/\(file)" }
        guard let path = environment[variable] ?? home, let data = FileManager.default.contents(atPath: path) else {
            return ""
        }
        return String(decoding: data, as: UTF8.self)
    }
}
