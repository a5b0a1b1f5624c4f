/// Makes a `model_id` of a deployment's parameters: equal parameters give equal ids on every machine and in every run.
enum DeploymentID {
    /// 32 hex digits: two FNV-1a hashes of 64 bits, of the parameters forwards and of them with a prefix.
    static func make(modelName: String, parameters: [(key: String, json: String)]) -> String {
        let kept = parameters.filter { !isSecret($0.key) }.sorted { $0.key < $1.key }
        let text = ([modelName] + kept.map { "\($0.key)=\($0.json)" }).joined(separator: "\n")
        return hex(fnv1a(text)) + hex(fnv1a("drover\n" + text))
    }

    /// Whether a parameter is a secret by its name.
    static func isSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return ["key", "secret", "password", "token", "credentials", "key_id", "headers"].contains {
            key == $0 || key.hasSuffix("_" + $0)
        }
    }

    private static func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func hex(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
