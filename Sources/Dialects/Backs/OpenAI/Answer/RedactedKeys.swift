/// Takes what looks like a key out of a provider's words: some quote the key they refuse, whole or in part.
enum RedactedKeys {
    /// Beginnings of the providers' keys.
    private static let beginnings = ["sk-", "sk_", "gsk_", "xai-", "fw_", "tgp_", "key-", "bearer"]
    /// Letters and digits in a row that no word of a sentence has.
    private static let longest = 24

    /// The text with every such word, up to the next blank or quote, as three dots.
    static func redact(_ text: String) -> String {
        guard text.contains(where: { $0 == "*" || $0.isNumber || $0 == "-" || $0 == "_" }) else { return text }
        var result = ""
        var word = ""
        func flush() {
            result += isKey(word) ? "•••" : word
            word = ""
        }
        for character in text {
            if character.isWhitespace || "\"'`,;:()[]{}<>".contains(character) {
                flush()
                result.append(character)
            } else {
                word.append(character)
            }
        }
        flush()
        return result
    }

    private static func isKey(_ word: String) -> Bool {
        if word.contains("**") { return true }
        let small = word.lowercased()
        if word.count > 8, beginnings.contains(where: { small.hasPrefix($0) }) { return true }
        guard word.count >= longest, !word.contains("/") else { return false }
        return word.contains(where: \.isNumber) && word.contains(where: \.isLetter)
            && word.allSatisfy { $0.isLetter || $0.isNumber }
    }
}
