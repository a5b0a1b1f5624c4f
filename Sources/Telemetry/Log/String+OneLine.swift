extension String {
    /// The text for a line of a log for people: a blank for each character that would break the line, steer the terminal, or
    /// turn round the order in which it shows the rest.
    var onOneLine: String {
        guard unicodeScalars.contains(where: \.isUnfitForLine) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isUnfitForLine ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    fileprivate var isUnfitForLine: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: properties.isBidiControl
        }
    }
}
