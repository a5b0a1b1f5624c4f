import Telemetry

/// Alerts as Slack's incoming webhooks take them, one message for all that came together; for other places with each alert as
/// data beside the text.
public struct AlertEncoder: ExportEncoder {
    /// Whose words are spoken.
    public enum Style: Sendable, Equatable {
        /// `text` alone, in Slack's markup.
        case slack
        /// `text`, and `alerts` with kind, subject, message and time of each.
        case webhook
    }

    private let style: Style
    private var stamp = TimeStamp()

    /// In this style.
    public init(_ style: Style) { self.style = style }

    /// One body with all of these.
    public mutating func encode(_ items: ArraySlice<Alert>) -> [UInt8]? {
        var bytes = Array(#"{"text":"#.utf8)
        let lines = items.map { "\(Self.sign($0.kind)) \(Self.escaped($0.text))" }
        QuotedText.append("*Drover*\n" + lines.joined(separator: "\n"), to: &bytes)
        if style == .webhook {
            bytes += Array(#","alerts":["#.utf8)
            for (number, alert) in items.enumerated() {
                if number > 0 { bytes.append(UInt8(ascii: ",")) }
                append(alert, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func append(_ alert: Alert, to bytes: inout [UInt8]) {
        for (name, value) in [
            (#"{"kind":"#, alert.kind.rawValue), (#","subject":"#, alert.subject), (#","message":"#, alert.text),
        ] {
            bytes += Array(name.utf8)
            QuotedText.append(value, to: &bytes)
        }
        bytes += Array(#","at":""#.utf8)
        bytes += [UInt8](unsafeUninitializedCapacity: TimeStamp.width) { buffer, count in
            var line = LineWriter(buffer.baseAddress!)
            stamp.write(alert.at, to: &line)
            count = line.count
        }
        bytes += Array(#""}"#.utf8)
    }

    private static func sign(_ kind: Alert.Kind) -> String {
        switch kind {
        case .instanceDown, .breakerOpen, .budgetSpent: ":red_circle:"
        case .digestDrift, .budgetNear: ":warning:"
        case .instanceUp, .breakerClosed: ":white_check_mark:"
        }
    }

    /// In Slack's markup these three mean something, as in `<!channel>`.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
