import Config
import FoundationEssentials

/// Where LiteLLM's rows are.
enum ImportSource: Equatable {
    case database(String)
    case folder(String)

    /// A text that no file has for its name and that looks like an address is one, be it a wrong one: it may hold a password, and
    /// the name of a folder is shown.
    init(_ text: String) {
        let looksLikeAddress = text.hasPrefix("postgres") && text.contains(":") || text.contains { "=@".contains($0) }
        if text.contains("://") || looksLikeAddress && !FileManager.default.fileExists(atPath: text) {
            self = .database(DatabaseAddress.withoutOptionsOfPrisma(text))
        } else {
            self = .folder(text)
        }
    }
}
