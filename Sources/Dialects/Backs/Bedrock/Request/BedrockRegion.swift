/// Where in the world a model of Bedrock's is asked for, and the address that goes with it.
public enum BedrockRegion {
    /// LiteLLM's region where nothing names one.
    private static let fallback = "us-west-2"

    /// The base URL of Bedrock's runtime for a deployment that has no `api_base`:
    /// `https://bedrock-runtime.us-west-2.amazonaws.com`.
    ///
    /// - Parameters:
    ///   - tag: the model as the deployment writes it; an ARN and the form `REGION/model` name their region.
    ///   - region: the account's region, which wins.
    public static func base(tag: String, region: String?) -> String {
        let region = region ?? BedrockModel(tag: tag).region ?? fallback
        return "https://bedrock-runtime.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
    }

    /// The region that requests are signed for: the account's, else the model's, else that of the host's name.
    static func signed(account: String?, model: BedrockModel, host: String) -> String {
        account ?? model.region ?? named(in: host) ?? fallback
    }

    /// Whether a word is a region's name: `us-west-2`, `us-gov-east-1`.
    static func isName(_ text: some StringProtocol) -> Bool {
        let words = text.split(separator: "-", omittingEmptySubsequences: false)
        guard words.count >= 3, let last = words.last, (2...4).contains(words[0].utf8.count) else { return false }
        return last.utf8.count <= 2 && !last.isEmpty && last.utf8.allSatisfy { $0 &- 0x30 < 10 }
            && words.dropLast().allSatisfy { word in !word.isEmpty && word.utf8.allSatisfy { $0 &- 0x61 < 26 } }
    }

    /// In `bedrock-runtime.us-west-2.amazonaws.com`, and in the names of endpoints inside a network.
    private static func named(in host: String) -> String? {
        host.split(separator: ".").first { isName($0) }.map(String.init)
    }
}
