/// A model's abilities, told by its name. The API lists none of them, so the rules are those of LiteLLM and of Google's
/// model pages.
struct GeminiModel: Sendable, Equatable {
    /// Under which it is asked: `models/gemini-2.5-flash`, `tunedModels/mine`.
    let path: String
    /// Of the third generation or later: takes a thinking level instead of a budget, wants signatures and call ids back,
    /// and knows no penalties.
    let isThirdGeneration: Bool
    /// Whether it can be told how much to think.
    let thinks: Bool
    /// Whether it takes a system instruction; the first Gemmas do not.
    let takesSystem: Bool
    /// The smallest budget it takes, in tokens: 0 where thinking can be turned off.
    let leastBudget: Int
    /// Whether the level `minimal` is one of its levels.
    let hasMinimalLevel: Bool
    /// Whether it has one above `high`.
    let hasExtraHighLevel: Bool

    /// - Parameter tag: the model's name, mostly without a folder (`gemini-2.5-flash`).
    init(_ tag: String) {
        path = tag.contains("/") ? tag : "models/" + tag
        let name = (tag.split(separator: "/").last ?? "").lowercased()
        let isEarlyGemma = ["gemma-1", "gemma-2", "gemma-3"].contains { name.hasPrefix($0) }
        let words = name.split(separator: "-", omittingEmptySubsequences: false)
        let isGemini = words.count > 1 && words[0] == "gemini"
        let generation = isGemini ? words[1] : ""
        let isNamedLatest = words.last == "latest"
        let isSecond = generation == "2" || generation.hasPrefix("2.")
        let isFirst = generation == "1" || generation.hasPrefix("1.") || generation == "exp"
        // `gemini-pro` was the first generation's name; `gemini-pro-latest` is whatever is newest.
        let isUnnumbered = generation == "pro" || generation == "flash"
        isThirdGeneration = isGemini && !isFirst && !isSecond && (!isUnnumbered || isNamedLatest)
        thinks = !isFirst && !isEarlyGemma && generation != "2" && generation != "2.0"
        takesSystem = !isEarlyGemma
        hasMinimalLevel = ModelTable.geminiHasMinimalLevel(name)
        hasExtraHighLevel = ModelTable.geminiHasExtraHighLevel(name)
        leastBudget = ModelTable.leastGeminiBudget(name)
    }

    /// The path as it stands in a URL: whatever could end or change it there is written as `%XX`.
    var urlPath: String {
        var text = ""
        for byte in path.utf8 {
            let isPlain =
                byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || [0x2d, 0x2e, 0x5f, 0x7e, 0x2f].contains(byte)
            if isPlain {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%"
                for digit in [byte >> 4, byte & 15] {
                    text.unicodeScalars.append(Unicode.Scalar(JSONString.hexLetter(digit)))
                }
            }
        }
        return text
    }
}
