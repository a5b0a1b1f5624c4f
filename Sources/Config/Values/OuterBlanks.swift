extension String {
    /// The text without the white space at its ends; nil where there is none. A line feed at the end of a file with a
    /// secret is the usual one.
    var withoutOuterBlanks: String? {
        guard first?.isWhitespace == true || last?.isWhitespace == true else { return nil }
        let start = drop(while: \.isWhitespace)
        return String(start.prefix(start.count - start.reversed().prefix(while: \.isWhitespace).count))
    }

    static let outerBlanksWarning = "begins or ends in white space, which is left out"
}
