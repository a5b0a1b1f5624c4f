/// Takes secrets out of an upstream's words: some quote the key that they refuse, the address they were called by, or the header
/// of a proxy, whole or in part.
///
/// Words are looked at one by one, with the names before them. A word too many is lost sooner than a key is shown.
struct RedactedKeys {
    /// Stands for each secret.
    private static let mark = "•••"
    /// Beginnings of providers' and services' keys.
    private static let beginnings = [
        "sk-", "sk_", "rk_", "gsk_", "xai-", "tgp_", "csk-", "pplx-", "nvapi-", "AIza", "ya29.", "bedrock-api-key-",
        "ghp_",
        "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-",
    ]
    /// Others, which words have too: a key has digits.
    private static let commonBeginnings = ["fw_", "key-", "hf_", "r8_", "ABSK", "eyJ"]
    /// Of the ids of AWS's keys, with what stands behind it.
    private static let awsBeginnings = ["AKIA", "ASIA"]
    private static let awsLength = 20
    /// Names whose value is a secret whatever it looks like, without `-` and `_`.
    private static let names: Set<String> = [
        "apikey", "xapikey", "apitoken", "xgoogapikey", "authtoken", "xauthtoken", "accesstoken", "refreshtoken",
        "idtoken",
        "bearertoken", "clientsecret", "secret", "secretkey", "secretaccesskey", "awssecretaccesskey",
        "awssessiontoken",
        "sessiontoken", "xamzsecuritytoken", "xamzsignature", "xamzcredential", "password", "passwd", "pwd",
        "passphrase",
        "authorization", "proxyauthorization", "cookie", "setcookie", "privatekey", "subscriptionkey",
        "ocpapimsubscriptionkey", "masterkey",
    ]
    /// Names whose value is one where it looks like one.
    private static let vagueNames: Set<String> = ["key", "token", "sig", "signature", "auth", "credential", "provided"]
    private static let cookies: Set<String> = ["cookie", "setcookie"]
    /// Words before a secret in a header's value.
    private static let schemes: Set<String> = ["bearer", "basic", "apikey", "token"]
    /// Letters and digits in a row that no word of a sentence has.
    private static let longest = 24
    private static let separators: Set<Character> = [
        "\"", "'", "`", ",", ";", ":", "(", ")", "[", "]", "{", "}", "<", ">", "=", "&", "?", "|", "\\",
    ]

    private var result = ""
    private var word = ""
    /// The words before it, the nearest first, in small letters, without `-` and `_`.
    private var before = ("", "")
    /// What stands between it and the word before it.
    private var gap = ""

    /// The text with three dots for every secret.
    static func redact(_ text: String) -> String {
        guard text.utf8.contains(where: { isTelling($0) }) else { return text }
        var walk = RedactedKeys()
        for character in withoutAccounts(text) {
            if character.isWhitespace || separators.contains(character) {
                walk.endWord()
                walk.gap.append(character)
                walk.result.append(character)
            } else {
                walk.word.append(character)
            }
        }
        walk.endWord()
        return walk.result
    }

    /// No secret is without any of these: digits, and signs that keys have or that stand behind names.
    private static func isTelling(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    /// The text without the user and the password in its addresses.
    private static func withoutAccounts(_ text: String) -> String {
        var shown = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "://") {
            shown += rest[..<start.upperBound]
            rest = rest[start.upperBound...]
            // Passwords have `,` and `'`, which an address may have there unescaped.
            let word = rest.prefix { !$0.isWhitespace }
            var authority = word.prefix { !"/?#\"`<>\\".contains($0) }
            // What stands there is no port, so a password goes on behind the sign.
            if !authority.contains("@"), !authority.hasPrefix("["), let colon = authority.firstIndex(of: ":"),
                !authority[colon...].dropFirst().allSatisfy({ $0.isNumber || "'),.;:".contains($0) })
            {
                authority = word
            }
            if let at = authority.lastIndex(of: "@") {
                shown += mark
                rest = rest[at...]
            }
        }
        return shown + rest
    }

    private mutating func endWord() {
        guard !word.isEmpty else { return }
        result += shown
        // What a cookie holds goes on behind its own names.
        if !Self.cookies.contains(before.0) || !isNamed(word) {
            before = (word.lowercased().filter { $0 != "-" && $0 != "_" }, before.0)
        }
        word = ""
        gap = ""
    }

    /// The word, or the mark in its place.
    private var shown: String {
        // A digest is told by its kind, and no secret.
        if before.0 == "sha256", gap == ":" { return word }
        // The end of a sentence is no part of a key.
        let core = word.reversed().drop { ".!*…".contains($0) }
        let end = word.suffix(word.count - core.count)
        let key = String(core.reversed())
        if end.contains("*") || Self.isKey(key) || isNamed(key) { return Self.mark + end.filter { $0 != "*" } }
        // USER:PASSWORD@HOST, without a scheme.
        if gap == ":", !word.hasPrefix("//"), let at = word.lastIndex(of: "@") { return Self.mark + word[at...] }
        return word
    }

    /// Whether the words before it call it a secret.
    private func isNamed(_ word: String) -> Bool {
        let small = word.lowercased()
        if gap.allSatisfy({ $0 == " " }), !gap.isEmpty, Self.schemes.contains(before.0) {
            // `Bearer` and the like are words of sentences too.
            return Self.names.contains(before.1) || Self.looksLikeOne(word)
        }
        let isInCookie = Self.cookies.contains(before.0)
        guard gap.contains(where: { $0 == ":" || $0 == "=" || $0 == ";" }),
            gap.allSatisfy({ $0.isWhitespace || "\"'`\\:=".contains($0) || $0 == ";" && isInCookie })
        else { return false }
        let isValue = !Self.schemes.contains(small)
        if Self.names.contains(before.0) || before == ("key", "api") { return isValue }
        return Self.vagueNames.contains(before.0) && Self.looksLikeOne(word)
    }

    /// Whether a word that is said to be a secret may be one.
    private static func looksLikeOne(_ word: String) -> Bool {
        word.count >= 8 && word.contains(where: \.isNumber) && word.contains(where: \.isLetter)
    }

    private static func isKey(_ word: String) -> Bool {
        if word.contains("**") { return true }
        func begins(_ list: [String]) -> Bool { list.contains { word.hasPrefix($0) } }
        if word.count > 6, !word.contains("/"), begins(beginnings) { return true }
        if word.count > 8, begins(commonBeginnings), word.contains(where: \.isNumber) { return true }
        if word.count == awsLength, begins(awsBeginnings), word.allSatisfy({ $0.isUppercase || $0.isNumber }) {
            return true
        }
        guard word.count >= longest, word.contains(where: \.isNumber), word.contains(where: \.isLetter) else {
            return false
        }
        if word.allSatisfy({ $0.isLetter || $0.isNumber }) { return true }
        // AWS's secrets and tokens are base64, as paths are not.
        return word.count >= 40 && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "+" }
            && word.contains(where: \.isUppercase) && word.contains(where: \.isLowercase)
    }
}
