/// One profile in AWS's two files: `~/.aws/credentials`, whose sections are `[NAME]`, and `~/.aws/config`,
/// whose sections are `[profile NAME]` and `[default]`.
///
/// A pure reader of texts that somebody else has fetched. The form is that of the "AWS SDKs and Tools reference guide":
/// `name = value` lines, comments from `#` or `;` at a line's beginning or behind a space, indented lines belonging to
/// the line above; names it does not know are passed over. Sections that come twice are one.
public struct AWSProfileFile: Sendable {
    /// The keys, where the profile holds any.
    public let keys: UpstreamAccount.AWSKeys?
    /// Its `region`.
    public let region: String?

    /// - Parameters:
    ///   - name: the profile's name; `default` where nobody chose one.
    ///   - credentials: the text of `~/.aws/credentials`; empty where there is none.
    ///   - config: the text of `~/.aws/config`; empty where there is none.
    ///   - hash: the hash functions that the keys are used with.
    /// - Throws: `AWSProfileFault` for a profile that is not there, or whose keys come from elsewhere.
    public init(
        profile name: String, credentials: String, config: String, hash: any KeyedHash.Type
    ) throws(AWSProfileFault) {
        let own = Self.section(credentials) { $0 == name }
        let general = Self.section(config) { header in
            if header == name { return name == "default" }
            let words = header.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
            return words.count == 2 && words[0] == "profile" && Self.unquoted(words[1]) == name
        }
        guard own != nil || general != nil else { throw AWSProfileFault(profile: name, reason: .missing) }
        // Values of the credentials file win, name by name.
        let settings = (general ?? [:]).merging(own ?? [:]) { $1 }
        region = settings["region"]

        // In the order in which AWS's own tools look for keys: these two come before keys in the file.
        if settings["role_arn"] != nil || settings["web_identity_token_file"] != nil {
            throw AWSProfileFault(profile: name, reason: .assumesRole)
        }
        if ["sso_session", "sso_start_url", "sso_account_id"].contains(where: { settings[$0] != nil }) {
            throw AWSProfileFault(profile: name, reason: .singleSignOn)
        }
        switch (settings["aws_access_key_id"], settings["aws_secret_access_key"]) {
        case (let access?, let secret?):
            keys = UpstreamAccount.AWSKeys(
                accessKey: access, secretKey: secret,
                sessionToken: settings["aws_session_token"] ?? settings["aws_security_token"], hash: hash)
        case (nil, nil):
            if settings["credential_process"] != nil { throw AWSProfileFault(profile: name, reason: .runsProcess) }
            if settings["login_session"] != nil { throw AWSProfileFault(profile: name, reason: .singleSignOn) }
            keys = nil
        case (_?, nil): throw AWSProfileFault(profile: name, reason: .lacks("aws_secret_access_key"))
        case (nil, _?): throw AWSProfileFault(profile: name, reason: .lacks("aws_access_key_id"))
        }
    }

    /// The settings of all sections whose header is meant; nil where there is no such section. Empty values are none.
    private static func section(_ text: String, isMeant: (Substring) -> Bool) -> [String: String]? {
        var found: [String: String]?
        var isInside = false
        var hasSetting = false
        // Swift takes CR LF for one character, which ends a line like each of the two.
        for line in text.split(whereSeparator: \.isNewline) {
            let isIndented = line.first == " " || line.first == "\t"
            let trimmed = trim(line)
            guard let first = trimmed.first, first != "#", first != ";" else { continue }
            if !isIndented, first == "[" {
                let end = trimmed.firstIndex(of: "]") ?? trimmed.endIndex
                isInside = isMeant(trim(trimmed[..<end].dropFirst()))
                hasSetting = false
                if isInside, found == nil { found = [:] }
                continue
            }
            // An indented line goes on with the setting above it, which is then none of ours.
            guard isInside, !(isIndented && hasSetting), let equals = trimmed.firstIndex(of: "=") else { continue }
            hasSetting = true
            let name = trim(trimmed[..<equals]).lowercased()
            let value = trim(withoutComment(trimmed[trimmed.index(after: equals)...]))
            if !value.isEmpty { found?[name] = String(value) }
        }
        return found
    }

    /// Up to a comment, which needs a space before it: keys may hold anything else.
    private static func withoutComment(_ value: Substring) -> Substring {
        var before: Character = " "
        for index in value.indices {
            let character = value[index]
            if character == "#" || character == ";", before == " " || before == "\t" { return value[..<index] }
            before = character
        }
        return value
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    private static func unquoted(_ text: Substring) -> Substring {
        let text = trim(text)
        guard text.count > 1, let first = text.first, first == "\"" || first == "'", text.last == first else {
            return text
        }
        return text.dropFirst().dropLast()
    }
}
