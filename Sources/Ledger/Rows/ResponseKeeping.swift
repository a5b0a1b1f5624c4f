/// Where the answers of `/v1/responses` are kept that clients can go on from. The raw value is the name in YAML.
public enum ResponseKeeping: String, CaseIterable, Sendable {
    /// In memory, and gone with the process.
    case memory
    /// In a file beside the ledger, too.
    case store
    /// Nowhere.
    case off
}
